package dev.mcpsession.plan;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.plan.timing.IdleClock;
import dev.mcpsession.plan.timing.Release;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session at one instant, and when it ends: by its lifetime, or by its idle timeout.
 *
 * @param now in whole milliseconds
 * @param lifetimeEnd null if spec.maxLifetimeSeconds is not set
 */
record SessionLife(Observation seen, Instant now, @Nullable Instant lifetimeEnd, IdleClock idle) {
  static SessionLife of(Observation seen, Instant now) {
    McpSessionSpec spec = seen.session().spec();
    return new SessionLife(
        seen,
        now,
        spec.maxLifetime() == null ? null : seen.session().createdAt().plus(spec.maxLifetime()),
        IdleClock.of(seen, now));
  }

  McpSessionSpec spec() {
    return seen.session().spec();
  }

  boolean isDue(Instant at) {
    return !now.isBefore(at);
  }

  /** A plan with the condition ActivityValid; invalid activity causes one event per episode. */
  PlanBuilder plan() {
    PlanBuilder plan = new PlanBuilder(seen, StatusRecord.of(seen.session().status(), now), now);
    Activity activity = idle.activity();
    Release release = idle.release();
    Condition said = seen.session().conditions().get(ConditionType.ActivityValid);
    boolean known = said != null && activity.reason().name().equals(said.reason());
    boolean quotes = activity.isGarbage() || release.problem() != null;
    boolean told = said != null && known && release.isToldBy(said.message());
    if (quotes && told && !idle.recordsUse()) {
      // The message quotes the values, which a writer may change at any moment.
      plan.conditions().keep(ConditionType.ActivityValid);
    } else {
      plan.conditions()
          .set(
              ConditionType.ActivityValid,
              !activity.isGarbage(),
              activity.reason(),
              release.addedTo(activity.message()));
    }
    if (activity.isGarbage() && !known) {
      plan.announce(Phase.FINDING, new SessionEvent.InvalidActivity(activity.message()));
    }
    plan.wake(activity.validAt());
    plan.wake(release.validAt());
    plan.wake(lifetimeEnd);
    return plan;
  }
}
