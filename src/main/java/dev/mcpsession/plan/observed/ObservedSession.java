package dev.mcpsession.plan.observed;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What matters of the McpSession itself.
 *
 * @param resourceVersion what is decided on it is carried out only while it still holds
 * @param deletedAt the deletion timestamp; null while nobody has deleted it
 * @param finalizer whether it carries our finalizer
 * @param status null for a new session and for one whose status was emptied
 * @param lastActive the annotation as it stands; null without
 * @param restartedAt the annotation as it stands; null without
 */
public record ObservedSession(
    SessionKey key,
    String resourceVersion,
    long generation,
    Instant createdAt,
    @Nullable Instant deletedAt,
    boolean finalizer,
    McpSessionSpec spec,
    @Nullable McpSessionStatus status,
    @Nullable String lastActive,
    @Nullable String restartedAt) {

  /** Tells this session from its namesakes. */
  public String uid() {
    return key.uid();
  }

  /** What the status says in conditions. */
  public ObservedConditions conditions() {
    return ObservedConditions.of(status == null ? null : status.conditions());
  }

  ObservedSession with(@Nullable McpSessionStatus written) {
    return new ObservedSession(
        key,
        resourceVersion,
        generation,
        createdAt,
        deletedAt,
        finalizer,
        spec,
        written,
        lastActive,
        restartedAt);
  }
}
