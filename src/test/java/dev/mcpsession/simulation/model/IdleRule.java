package dev.mcpsession.simulation.model;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session may be stopped as idle, by the text of the design and without the planner's
 * code: never for lack of data, and never before anything that says it was used.
 */
final class IdleRule {
  private IdleRule() {}

  static boolean isOver(McpSession session, Instant now) {
    McpSessionStatus status = session.getStatus();
    Integer seconds = session.getSpec().idleTimeoutSeconds();
    int idle = seconds == null ? 900 : seconds;
    Instant since = status == null ? null : status.activeSince();
    String reason = Truth.reason(session);
    if (status == null || since == null || idle == 0 || reason.equals("Suspended")) {
      return false;
    }
    boolean suspendedIdle = reason.equals("SuspendedIdle");
    Instant use = since;
    String lastActive = annotation(session);
    if (lastActive != null) {
      Instant touched = valid(lastActive, now);
      if (touched == null && !suspendedIdle) {
        Condition reported = Truth.condition(session, "ActivityValid");
        if (reported == null || reported.isTrue()) {
          return false;
        }
        touched = reported.lastTransitionTime();
      }
      use = touched != null && touched.isAfter(since) ? touched : since;
    }
    Instant deadline = use.plusSeconds(idle);
    boolean starts =
        status.attempt() == null
            ? Truth.revision(session) == 0
            : status.attempt().cause() == Cause.START;
    Integer patience = session.getSpec().startupTimeoutSeconds();
    Instant started = since.plusSeconds(patience == null ? 120 : patience);
    if (starts && !suspendedIdle && started.isAfter(deadline)) {
      deadline = started;
    }
    return !now.isBefore(deadline);
  }

  static @Nullable String annotation(McpSession session) {
    Map<String, String> annotations = session.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Names.LAST_ACTIVE);
  }

  private static @Nullable Instant valid(String lastActive, Instant now) {
    try {
      Instant at = OffsetDateTime.parse(lastActive).toInstant();
      return at.isAfter(now.plusSeconds(60)) ? null : at;
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
