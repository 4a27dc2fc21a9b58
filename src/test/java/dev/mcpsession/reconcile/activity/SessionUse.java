package dev.mcpsession.reconcile.activity;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import java.time.Instant;

/** When a session goes idle, from what a user can read: deliberately implemented a second time. */
final class SessionUse {
  private SessionUse() {}

  /** Null while it does not serve. */
  static Instant deadline(McpSession session) {
    McpSessionStatus status = session.getStatus();
    if (status == null || status.podName() == null) {
      return null;
    }
    String used = session.getMetadata().getAnnotations().get(Names.LAST_ACTIVE);
    Instant clock = status.activeSince();
    if (used != null && Instant.parse(used).isAfter(clock)) {
      clock = Instant.parse(used);
    }
    return clock.plusSeconds(session.getSpec().idleTimeoutSeconds());
  }
}
