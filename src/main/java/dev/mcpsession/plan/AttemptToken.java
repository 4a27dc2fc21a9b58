package dev.mcpsession.plan;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.TokenDemand;
import dev.mcpsession.plan.assess.TokenDemand.Supply;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.timing.RetryPolicy;
import org.jspecify.annotations.Nullable;

/** Plans how attempts come by their tokens. */
final class AttemptToken {
  private final Assessment it;
  private final PlanBuilder plan;
  private final AttemptEnd end;
  private @Nullable Supply supply;

  AttemptToken(Assessment it, PlanBuilder plan, AttemptEnd end) {
    this.it = it;
    this.plan = plan;
    this.end = end;
  }

  /** Whether a token is available; null if none was needed. */
  @Nullable Supply supply() {
    return supply;
  }

  /** Whether an attempt failed before this one, by the status, which outlives this process. */
  boolean hasFailed() {
    ObservedSession session = it.seen().session();
    Integer failures = session.status() == null ? null : session.status().failures();
    return (failures != null && failures > 0)
        || session.conditions().has(ConditionType.Ready, Reason.InvalidSpec);
  }

  /**
   * Plans the steps to get a token; returns whether one is available, or none is needed.
   *
   * @param attempt that waits if the source refuses; null if it begins only with a token
   */
  boolean isSupplied(Supply found, @Nullable Attempt attempt) {
    supply = found;
    switch (found) {
      case Supply.Ready() -> {
        return true;
      }
      case Supply.Ask(Integer stored, String inputs) ->
          plan.add(Phase.TOKEN, new Action.ObtainToken(stored, inputs));
      case Supply.Asked asked -> plan.wake(asked.slowAt());
      case Supply.Delayed(String message) -> {
        if (!it.seen().session().conditions().says(ConditionType.UpToDate, message)) {
          plan.announce(Phase.RESULT, new SessionEvent.TokenIssueFailed(message));
        }
      }
      case Supply.Refused(Reason reason, String message) -> {
        plan.announce(Phase.RESULT, new SessionEvent.TokenIssueFailed(message));
        end.dropToken();
        TokenDemand tokens = it.tokens();
        // Not a failure of the attempt, whose delays it must not make longer.
        end.delay(
            attempt,
            plan.status().failures(),
            RetryPolicy.tokenDelay(
                tokens.fruitlessCalls(), it.seen().session().uid(), tokens.retryAfter()));
      }
    }
    return false;
  }
}
