package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import org.jspecify.annotations.Nullable;

/**
 * The template that a session had last. A template that is deleted takes its sessions with it, and
 * it alone knows where their tokens are revoked.
 */
public final class LastTemplate {
  private @Nullable McpSessionTemplate last;

  /**
   * The session's template: for one that is being deleted, as it was last seen.
   *
   * @param found what the cache shows; null if there is none
   * @return null if it is missing, or the session names none
   */
  public synchronized @Nullable McpSessionTemplate see(
      McpSession session, @Nullable McpSessionTemplate found) {
    if (found != null || session.getSpec().templateName() == null) {
      last = found;
    }
    boolean ending = session.getMetadata().getDeletionTimestamp() != null;
    return found == null && ending ? last : found;
  }
}
