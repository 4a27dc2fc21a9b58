package dev.mcpsession.plan;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
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
    @Nullable Plan decide(SessionLife it);
  }

  /** In order; the first that applies decides alone. */
  private static final List<Decision> DECISIONS =
      List.of(
          SessionPlanner::letGoWhatIsDeleted,
          Eviction::afterMaxLifetime,
          Eviction::forRejectedGrant,
          SessionPlanner::suspendBySpec,
          Eviction::forIdleness,
          SessionPlanner::stayIdleWithoutTemplate,
          SessionPlanner::run);

  private SessionPlanner() {}

  /** Plans one session as observed, at one instant. */
  public static Plan plan(Observation seen, Instant instant) {
    SessionLife life = SessionLife.of(seen, instant.truncatedTo(ChronoUnit.MILLIS));
    for (Decision decision : DECISIONS) {
      Plan plan = decision.decide(life);
      if (plan != null) {
        return WriteReport.keep(plan, seen, life.now());
      }
    }
    throw new IllegalStateException("the last decision applies to every session");
  }

  private static @Nullable Plan letGoWhatIsDeleted(SessionLife it) {
    Instant deletedAt = it.seen().session().deletedAt();
    return deletedAt == null ? null : DeletionPlan.plan(it.seen(), deletedAt, it.now());
  }

  private static @Nullable Plan suspendBySpec(SessionLife it) {
    if (!it.spec().isSuspended()) {
      return null;
    }
    PlanBuilder plan = it.plan();
    Suspension.plan(it.seen(), plan, Reason.Suspended, "spec.suspend is true");
    return plan.build();
  }

  /**
   * Keeps suspended what could not be started: it was used again, or nobody knows how long it may
   * be idle, which a missing template said. How long it is kept may be known all the same.
   */
  private static @Nullable Plan stayIdleWithoutTemplate(SessionLife it) {
    boolean suspended =
        it.seen().session().conditions().has(ConditionType.Ready, Reason.SuspendedIdle);
    if (!suspended || it.seen().session().template().obstacle() == null) {
      return null;
    }
    Plan deletion = Eviction.afterSuspension(it);
    if (deletion != null) {
      return deletion;
    }
    PlanBuilder plan = it.plan();
    plan.wake(it.idle().deadline().deletion());
    Suspension.plan(it.seen(), plan, Reason.SuspendedIdle, "not used");
    return plan.build();
  }

  private static Plan run(SessionLife it) {
    PlanBuilder plan = it.plan();
    boolean resumes =
        it.seen().session().conditions().has(ConditionType.Ready, Reason.SuspendedIdle);
    plan.wake(it.idle().deadline().at());
    StatusRecord recorded = plan.status().activeSince(resumes ? it.now() : it.idle().activeSince());
    RunningSession.plan(Assessment.of(it.seen(), recorded, it.now()), plan);
    // A promotion in this plan sets the idle clock, and no event follows to set the timer.
    StatusRecord status = plan.status();
    Instant deadline =
        it.idle()
            .deadlineAfter(
                it.spec(),
                status.activeSince(),
                status.attempt(),
                status.revision(),
                plan.conditions().has(ConditionType.Ready, Reason.Suspended));
    // The grant of a first start ends with a promotion: a release may be over by then.
    plan.wake(deadline != null && it.isDue(deadline) ? it.now().plusMillis(1) : deadline);
    return plan.build();
  }
}
