package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.WriterClocks;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session may be stopped as idle, by the text of the design and without the planner's
 * code: never for lack of data, and never before anything that says it was used.
 */
final class IdleRule {
  private IdleRule() {}

  /**
   * @param spec the effective one
   * @param seenUse the use that the process saw that stops the session, and that the annotation
   *     does not tell; null without it
   */
  static boolean isOver(
      McpSession session,
      McpSessionSpec spec,
      WriterClocks writers,
      @Nullable Instant seenUse,
      Instant now) {
    Integer seconds = spec.idleTimeoutSeconds();
    return isOver(session, spec, seconds == null ? 900 : seconds, writers, seenUse, now);
  }

  /** Whether a session that was suspended for want of use may be deleted for that. */
  static boolean isForgotten(
      McpSession session, McpSessionSpec spec, WriterClocks writers, Instant now) {
    Integer seconds = spec.deleteAfterIdleSeconds();
    return seconds != null
        && Truth.reason(session).equals("SuspendedIdle")
        && isOver(session, spec, seconds, writers, null, now);
  }

  private static boolean isOver(
      McpSession session,
      McpSessionSpec spec,
      int idle,
      WriterClocks writers,
      @Nullable Instant seenUse,
      Instant now) {
    McpSessionStatus status = session.getStatus();
    Instant since = status == null ? null : status.activeSince();
    String reason = Truth.reason(session);
    if (status == null || since == null || idle == 0 || reason.equals("Suspended")) {
      return false;
    }
    boolean suspendedIdle = reason.equals("SuspendedIdle");
    Instant use = since;
    String lastActive = annotation(session, Names.LAST_ACTIVE);
    Condition said = Truth.condition(session, "ActivityValid");
    if (lastActive == null
        && seenUse == null
        && !suspendedIdle
        && said != null
        && !said.reason().equals("NotAnnotated")) {
      return false; // It went while nobody watched: that is noticed only now.
    }
    if (lastActive != null) {
      Instant touched = writers.valid(lastActive, now);
      if (touched == null && !suspendedIdle) {
        if (said == null || said.isTrue()) {
          return false;
        }
        touched = said.lastTransitionTime();
      }
      use = touched != null && touched.isAfter(since) ? touched : since;
    }
    if (seenUse != null && seenUse.isAfter(use) && !suspendedIdle) {
      use = seenUse;
    }
    Instant deadline = use.plusSeconds(idle);
    boolean starts =
        status.attempt() == null
            ? Truth.revision(session) == 0
            : status.attempt().cause() == Cause.START;
    Integer patience = spec.startupTimeoutSeconds();
    Instant started = since.plusSeconds(patience == null ? 120 : patience);
    if (starts && !suspendedIdle && started.isAfter(deadline)) {
      deadline = started;
    }
    return !now.isBefore(deadline) || isReleased(session, use, now);
  }

  /** Whether whoever sees the traffic said, after the last use, that nobody is there any more. */
  private static boolean isReleased(McpSession session, Instant use, Instant now) {
    String value = annotation(session, Names.RELEASED);
    Instant released = value == null || value.equals("yesterday") ? null : Instant.parse(value);
    return released != null && released.isAfter(use) && !released.isAfter(now);
  }

  static @Nullable String annotation(McpSession session, String key) {
    Map<String, String> annotations = session.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(key);
  }
}
