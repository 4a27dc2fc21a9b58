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
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
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
    Instant use = lastUse(session, writers, seenUse, now);
    Instant deadline = use == null ? null : deadline(session, spec, use);
    return deadline != null && !now.isBefore(deadline);
  }

  /** Whether a session that is only suspended when idle may be deleted by now. */
  static boolean isForgotten(
      McpSession session,
      McpSessionSpec spec,
      WriterClocks writers,
      @Nullable Instant seenUse,
      Instant now) {
    Integer seconds = spec.deleteAfterIdleSeconds();
    Instant use = lastUse(session, writers, seenUse, now);
    boolean stays = Truth.reason(session).equals("SuspendedIdle") && spec.templateRef() != null;
    return seconds != null
        && seconds != 0
        && use != null
        && !now.isBefore(use.plusSeconds(seconds))
        && (stays || isOver(session, spec, writers, seenUse, now));
  }

  private static @Nullable Instant deadline(McpSession session, McpSessionSpec spec, Instant use) {
    Integer seconds = spec.idleTimeoutSeconds();
    int idle = seconds == null ? 900 : seconds;
    Instant released = released(session, use);
    Instant timeout = idle == 0 ? null : use.plusSeconds(idle);
    Instant deadline =
        timeout == null || (released != null && released.isBefore(timeout)) ? released : timeout;
    McpSessionStatus status = Objects.requireNonNull(session.getStatus());
    boolean starts =
        status.attempt() == null
            ? Truth.revision(session) == 0
            : status.attempt().cause() == Cause.START;
    Integer patience = spec.startupTimeoutSeconds();
    Instant since = Objects.requireNonNull(status.activeSince());
    Instant started = since.plusSeconds(patience == null ? 120 : patience);
    boolean suspendedIdle = Truth.reason(session).equals("SuspendedIdle");
    return starts && !suspendedIdle && deadline != null && started.isAfter(deadline)
        ? started
        : deadline;
  }

  /** Null if it is not known: then the session is not stopped for idleness. */
  private static @Nullable Instant lastUse(
      McpSession session, WriterClocks writers, @Nullable Instant seenUse, Instant now) {
    McpSessionStatus status = session.getStatus();
    Instant since = status == null ? null : status.activeSince();
    String reason = Truth.reason(session);
    if (since == null || reason.equals("Suspended")) {
      return null;
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
      return null; // It went while nobody watched: that is noticed only now.
    }
    if (lastActive != null) {
      Instant touched = writers.valid(lastActive, now);
      if (touched == null && !suspendedIdle) {
        // Noticed only now, or when the condition says, in whole seconds.
        touched =
            said == null || said.isTrue()
                ? now.truncatedTo(ChronoUnit.SECONDS)
                : said.lastTransitionTime();
      }
      use = touched != null && touched.isAfter(since) ? touched : since;
    }
    return seenUse != null && seenUse.isAfter(use) && !suspendedIdle ? seenUse : use;
  }

  /** When whoever sees the traffic said, after the last use, that nobody is there any more. */
  private static @Nullable Instant released(McpSession session, Instant use) {
    String value = annotation(session, Names.RELEASED);
    Instant released = value == null || value.equals("yesterday") ? null : Instant.parse(value);
    return released != null && released.isAfter(use) ? released : null;
  }

  static @Nullable String annotation(McpSession session, String key) {
    Map<String, String> annotations = session.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(key);
  }
}
