package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.plan.timing.IdleClock;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do with a session: assesses the observation, finds the first of {@link
 * #DECISIONS} that applies, and puts its steps into the phases of a plan. Queries never change the
 * plan.
 */
public final class SessionPlanner {
  /** One decision: the plan if it applies to the session, else null. */
  private interface Decision {
    @Nullable Plan decide(Life it);
  }

  /** In order; the first that applies decides alone. */
  private static final List<Decision> DECISIONS =
      List.of(
          SessionPlanner::letGoWhatIsDeleted,
          SessionPlanner::evictAfterMaxLifetime,
          SessionPlanner::evictForRejectedGrant,
          SessionPlanner::suspendBySpec,
          SessionPlanner::evictOrSuspendForIdleness,
          SessionPlanner::run);

  private SessionPlanner() {}

  /** Plans one session as observed, at one instant. */
  public static Plan plan(Observation seen, Instant instant) {
    Life life = Life.of(seen, instant.truncatedTo(ChronoUnit.MILLIS));
    for (Decision decision : DECISIONS) {
      Plan plan = decision.decide(life);
      if (plan != null) {
        return plan;
      }
    }
    throw new IllegalStateException("the last decision applies to every session");
  }

  /**
   * The session's deadlines at one instant.
   *
   * @param lifetimeEnd null without a limit
   */
  private record Life(
      Observation seen, Instant now, @Nullable Instant lifetimeEnd, IdleClock idle) {
    static Life of(Observation seen, Instant now) {
      McpSessionSpec spec = seen.session().spec();
      return new Life(
          seen,
          now,
          spec.maxLifetime() == null ? null : seen.session().createdAt().plus(spec.maxLifetime()),
          IdleClock.of(seen.session(), now));
    }

    McpSessionSpec spec() {
      return seen.session().spec();
    }

    boolean isOver(@Nullable Instant end) {
      return end != null && !now.isBefore(end);
    }

    /** A plan with the condition ActivityValid; invalid activity causes one event per episode. */
    PlanBuilder builder() {
      PlanBuilder plan = new PlanBuilder(seen, StatusRecord.of(seen.session().status(), now), now);
      Activity activity = idle.activity();
      plan.conditions()
          .set(
              ConditionType.ActivityValid,
              !activity.isGarbage(),
              activity.reason(),
              activity.message());
      boolean known =
          seen.session().conditions().has(ConditionType.ActivityValid, activity.reason());
      if (activity.isGarbage() && !known) {
        plan.announce(Phase.FINDING, new SessionEvent.InvalidActivity(activity.message()));
      }
      plan.wake(activity.validAt());
      plan.wake(lifetimeEnd);
      return plan;
    }
  }

  private static @Nullable Plan letGoWhatIsDeleted(Life it) {
    Instant deletedAt = it.seen().session().deletedAt();
    return deletedAt == null ? null : DeletionPlan.plan(it.seen(), deletedAt, it.now());
  }

  private static @Nullable Plan evictAfterMaxLifetime(Life it) {
    Instant end = it.lifetimeEnd();
    return end == null || !it.isOver(end)
        ? null
        : evict(
            it,
            EvictionReason.MaxLifetime,
            end,
            "created "
                + it.seen().session().createdAt()
                + ", maxLifetimeSeconds "
                + it.spec().maxLifetimeSeconds()
                + " over at "
                + end);
  }

  private static @Nullable Plan evictForRejectedGrant(Life it) {
    String rejection = it.spec().token() == null ? null : rejection(it.seen());
    return rejection == null ? null : evict(it, EvictionReason.GrantRejected, it.now(), rejection);
  }

  /**
   * The issuer's rejection of the grant, for this session or another that uses it; null without
   * one.
   */
  private static @Nullable String rejection(Observation seen) {
    if (seen.memory().tokenCall() instanceof TokenCall.Failed failed
        && failed.kind() == TokenFailure.Kind.REJECTED) {
      return failed.message();
    }
    return seen.source() instanceof SourceState.Unavailable(var kind, var words)
            && kind == TokenFailure.Kind.REJECTED
        ? words
        : null;
  }

  private static @Nullable Plan suspendBySpec(Life it) {
    if (!it.spec().isSuspended()) {
      return null;
    }
    PlanBuilder plan = it.builder();
    Suspension.plan(it.seen(), plan, Reason.Suspended, "spec.suspend is true");
    return plan.build();
  }

  private static @Nullable Plan evictOrSuspendForIdleness(Life it) {
    Instant deadline = it.idle().deadline();
    if (deadline == null || !it.isOver(deadline)) {
      return null;
    }
    String why = idleMessage(it.spec(), it.idle(), deadline);
    if (!it.spec().suspendsWhenIdle()) {
      return evict(it, EvictionReason.Idle, deadline, why);
    }
    PlanBuilder plan = it.builder();
    plan.status(plan.status().activeSince(it.idle().activeSince()));
    Suspension.plan(it.seen(), plan, Reason.SuspendedIdle, why);
    return plan.build();
  }

  private static Plan run(Life it) {
    PlanBuilder plan = it.builder();
    boolean resumes =
        it.seen().session().conditions().has(ConditionType.Ready, Reason.SuspendedIdle);
    plan.wake(it.idle().deadline());
    StatusRecord recorded = plan.status().activeSince(resumes ? it.now() : it.idle().activeSince());
    RunningSession.plan(Assessment.of(it.seen(), recorded, it.now()), plan);
    // A promotion in this plan sets the idle clock, and no event follows to set the timer.
    StatusRecord status = plan.status();
    boolean firstStart =
        status.attempt() == null
            ? status.revision() == 0 || plan.conditions().has(ConditionType.Ready, Reason.Suspended)
            : status.attempt().cause() == Cause.START;
    plan.wake(it.idle().deadline(it.spec(), status.activeSince(), firstStart));
    return plan.build();
  }

  /** Deletes only the session; the garbage collector deletes its children. */
  private static Plan evict(Life it, EvictionReason reason, Instant due, String why) {
    return new Plan(
        List.of(
            new Action.Evict(
                it.seen().session().uid(), it.seen().session().resourceVersion(), reason),
            new Action.Announce(new SessionEvent.Evicted(reason, due, reason + ": " + why))),
        it.seen().session().status(),
        null,
        Plan.Slot.NONE);
  }

  private static String idleMessage(McpSessionSpec spec, IdleClock clock, Instant deadline) {
    String use =
        clock.lastUse() == null
            ? "never used, active since " + clock.activeSince()
            : clock.activity().isGarbage()
                ? "lastActive of no use, as first seen at " + clock.lastUse()
                : "last used " + clock.lastUse();
    return use + ", idleTimeoutSeconds " + spec.idleTimeout().toSeconds() + " over at " + deadline;
  }
}
