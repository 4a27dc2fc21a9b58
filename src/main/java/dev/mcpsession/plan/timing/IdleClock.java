package dev.mcpsession.plan.timing;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedSession;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session's idle clock at one instant. While spec.suspend is true the clock is stopped, and this
 * does not apply.
 *
 * @param lastUse null if no use is known
 * @param activeSince the earliest start of the clock
 * @param firstStart whether the first start since activeSince is in progress, for which the startup
 *     timeout is granted
 * @param deadline null if the session is never idle
 */
public record IdleClock(
    Activity activity,
    @Nullable Instant lastUse,
    Instant activeSince,
    boolean firstStart,
    @Nullable Instant deadline) {

  /**
   * Computes the clock.
   *
   * @param now in whole milliseconds
   */
  public static IdleClock of(ObservedSession session, Instant now) {
    ObservedConditions conditions = session.conditions();
    Activity activity = Activity.read(session.lastActive(), now);
    boolean suspendedIdle = conditions.has(ConditionType.Ready, Reason.SuspendedIdle);
    boolean suspendedBySpec = conditions.has(ConditionType.Ready, Reason.Suspended);
    McpSessionStatus status = session.status();
    Instant recorded = status == null ? null : status.activeSince();
    Instant activeSince = recorded == null || suspendedBySpec ? now : recorded;
    Instant lastUse =
        !activity.isGarbage()
            ? activity.at()
            // An invalid value never resumes a suspended session.
            : suspendedIdle ? null : firstSeen(conditions.get(ConditionType.ActivityValid), now);
    boolean firstStart = !suspendedIdle && isFirstStart(status, suspendedBySpec);
    return new IdleClock(
        activity,
        lastUse,
        activeSince,
        firstStart,
        IdleDeadline.deadline(session.spec(), lastUse, activeSince, firstStart));
  }

  /** When the invalid value was first seen: the condition's last transition, else now. */
  private static Instant firstSeen(@Nullable Condition reported, Instant now) {
    Instant since =
        reported != null && Condition.FALSE.equals(reported.status())
            ? reported.lastTransitionTime()
            : null;
    return since == null ? now.truncatedTo(ChronoUnit.SECONDS) : since;
  }

  /** Whether nothing has served since activeSince. */
  private static boolean isFirstStart(@Nullable McpSessionStatus status, boolean suspendedBySpec) {
    if (status != null && status.attempt() != null) {
      return status.attempt().cause() == Cause.START;
    }
    return status == null || status.revision() == null || status.revision() == 0 || suspendedBySpec;
  }

  /**
   * The deadline with the start of the clock that a plan sets.
   *
   * @param firstStart whether the first start since then is in progress once the plan is carried
   *     out
   */
  public @Nullable Instant deadline(McpSessionSpec spec, Instant activeSince, boolean firstStart) {
    return IdleDeadline.deadline(spec, lastUse, activeSince, firstStart);
  }
}
