package dev.mcpsession.plan.timing;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedSession;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session's idle clock at one instant. While spec.suspend is true the clock is stopped, and this
 * does not apply.
 *
 * @param release what the annotation released tells
 * @param lastUse that the annotation lastActive tells; null if it tells none
 * @param provenUse later use that only changes of the annotation prove; null without it
 * @param activeSince the earliest start of the clock: the recorded one, or the use that is recorded
 *     now
 * @param recordsUse whether activeSince is moved to the proven use now
 * @param firstStart whether the first start since activeSince is in progress, for which the startup
 *     timeout is granted
 */
public record IdleClock(
    Activity activity,
    Release release,
    @Nullable Instant lastUse,
    @Nullable Instant provenUse,
    Instant activeSince,
    boolean recordsUse,
    boolean firstStart,
    IdleDeadline deadline) {

  /**
   * Computes the clock.
   *
   * @param now in whole milliseconds
   */
  public static IdleClock of(Observation seen, Instant now) {
    ObservedSession session = seen.session();
    ObservedConditions conditions = session.conditions();
    Activity activity = Activity.read(session.lastActive(), now);
    Release release = Release.read(session.released(), now);
    boolean suspendedIdle = conditions.has(ConditionType.Ready, Reason.SuspendedIdle);
    boolean suspendedBySpec = conditions.has(ConditionType.Ready, Reason.Suspended);
    McpSessionStatus status = session.status();
    Instant recorded = status == null ? null : status.activeSince();
    Instant since = recorded == null || suspendedBySpec ? now : recorded;
    Instant lastUse =
        !activity.isGarbage()
            ? activity.at()
            // An invalid value never resumes a suspended session.
            : suspendedIdle ? null : firstSeen(conditions.get(ConditionType.ActivityValid), now);
    ProvenUse proven =
        suspendedIdle || recorded == null
            ? ProvenUse.NONE
            : ProvenUse.of(seen, activity, later(lastUse, since), now);
    boolean firstStart =
        !suspendedIdle
            && isFirstStart(
                status == null ? null : status.attempt(),
                status == null || status.revision() == null ? 0 : status.revision(),
                suspendedBySpec);
    Instant use = proven.at();
    Instant activeSince = use != null && proven.recorded() ? use : since;
    Instant start = later(use == null ? lastUse : use, activeSince);
    // A release a little ahead of our clock does not resume a session that is suspended already;
    // nor does it delete one ahead of time.
    boolean staysSuspended = suspendedIdle && session.spec().suspendsWhenIdle();
    Instant releasedAt = staysSuspended ? notAfter(release.at(), now) : release.at();
    return new IdleClock(
        activity,
        release,
        lastUse,
        use,
        activeSince,
        proven.recorded(),
        firstStart,
        IdleDeadline.of(session.spec(), start, activeSince, releasedAt, firstStart));
  }

  /** The later of the last use and activeSince. */
  public Instant start() {
    return later(provenUse == null ? lastUse : provenUse, activeSince);
  }

  private static @Nullable Instant notAfter(@Nullable Instant at, Instant limit) {
    return at == null || !at.isAfter(limit) ? at : limit;
  }

  private static Instant later(@Nullable Instant a, Instant b) {
    return a == null || a.isBefore(b) ? b : a;
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
  private static boolean isFirstStart(
      @Nullable Attempt attempt, int revision, boolean suspendedBySpec) {
    return attempt == null ? revision == 0 || suspendedBySpec : attempt.cause() == Cause.START;
  }

  /**
   * The deadline once a plan is carried out.
   *
   * @param activeSince the start of the clock that the plan sets
   * @param attempt that is in progress then; null without one
   * @param revision that serves or served last then; 0 for none
   * @param suspendedBySpec whether Ready says so then
   */
  public @Nullable Instant deadlineAfter(
      McpSessionSpec spec,
      Instant activeSince,
      @Nullable Attempt attempt,
      int revision,
      boolean suspendedBySpec) {
    return IdleDeadline.of(
            spec,
            later(provenUse == null ? lastUse : provenUse, activeSince),
            activeSince,
            release.at(),
            isFirstStart(attempt, revision, suspendedBySpec))
        .at();
  }
}
