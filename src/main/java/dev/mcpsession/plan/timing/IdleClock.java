package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.plan.timing.IdlePolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the idle clock of a session stands at one instant.
 *
 * @param lastUse null when nothing is known of any
 * @param activeSince the earliest start of the clock
 * @param firstStart whether the first start since then still goes on, which has its time
 * @param deadline null when the session is never idle
 */
public record IdleClock(
    Activity activity,
    @Nullable Instant lastUse,
    Instant activeSince,
    boolean firstStart,
    @Nullable Instant deadline) {

  /** As the planner reads it; while spec.suspend is true it stands still and this is not it. */
  public static IdleClock of(Observation seen, Instant now) {
    return read(new PlanBuilder(seen, now));
  }

  /** Also puts into the draft what is said of the activity. */
  static IdleClock read(PlanBuilder draft) {
    boolean suspendedIdle = draft.isSuspendedFor(Reason.SuspendedIdle);
    Activity activity = Activity.read(draft.seen.session().lastActive(), draft.now);
    draft.report(activity);
    Instant activeSince = draft.isSuspendedFor(Reason.Suspended) ? draft.now : draft.activeSince;
    Instant lastUse = lastUse(draft, activity, suspendedIdle);
    boolean firstStart = isFirstStart(draft, suspendedIdle);
    return new IdleClock(
        activity,
        lastUse,
        activeSince,
        firstStart,
        IdlePolicy.deadline(draft.seen.session().spec(), lastUse, activeSince, firstStart));
  }

  /** With what the plan has begun since, such as the clock itself. */
  @Nullable Instant deadlineAfter(PlanBuilder draft) {
    return IdlePolicy.deadline(
        draft.seen.session().spec(), lastUse, draft.activeSince, isFirstStart(draft, false));
  }

  /**
   * Garbage counts from when it was first seen, but it never wakes a session that is suspended
   * already.
   */
  private static @Nullable Instant lastUse(
      PlanBuilder draft, Activity activity, boolean suspendedIdle) {
    if (!activity.isGarbage()) {
      return activity.at();
    }
    Condition reported = draft.conditions.get(ConditionType.ActivityValid);
    return suspendedIdle || reported == null ? null : reported.lastTransitionTime();
  }

  /** Nothing has served yet since activeSince. */
  private static boolean isFirstStart(PlanBuilder draft, boolean suspendedIdle) {
    if (suspendedIdle) {
      return false;
    }
    return draft.attempt == null
        ? draft.revision == 0 || draft.isSuspendedFor(Reason.Suspended)
        : draft.attempt.cause() == Cause.START;
  }
}
