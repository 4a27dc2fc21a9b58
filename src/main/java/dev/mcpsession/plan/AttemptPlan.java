package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.AttemptStep.Failure;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.NodeWait;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.assess.TokenDemand.Supply;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.SlotHolders;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns an {@link AttemptDecision} into steps of the plan. */
final class AttemptPlan {
  private final Assessment it;
  private final PlanBuilder plan;
  private final AttemptEnd end;
  private final AttemptToken token;

  private boolean makingWay;
  private boolean queued;
  private @Nullable String pending;
  private @Nullable Failure failure;

  private AttemptPlan(Assessment it, PlanBuilder plan) {
    this.it = it;
    this.plan = plan;
    this.end = new AttemptEnd(it, plan);
    this.token = new AttemptToken(it, plan, end);
  }

  /**
   * The outcome, for the rest of the plan.
   *
   * @param makingWay whether a Pod is created or promoted
   * @param queued whether a replacement is due and waits for one of the limited slots
   * @param pending what a replacement that is due waits for before the old Pod is stopped; null if
   *     it does not
   * @param supply whether a token is available; null if none was needed
   * @param failure null if nothing failed
   */
  record Result(
      boolean makingWay,
      boolean queued,
      @Nullable String pending,
      @Nullable Supply supply,
      @Nullable Failure failure) {
    static final Result NONE = new Result(false, false, null, null, null);

    /** Whether a token is needed and the source has not answered yet. */
    boolean isTokenAwaited() {
      return supply instanceof Supply.Ask || supply instanceof Supply.Asked;
    }

    /** Whether the answer takes so long that users are told. */
    boolean isTokenSlow() {
      return supply instanceof Supply.Asked asked && asked.slow();
    }

    /** Why there is no token; null if there is one, or may still be. */
    Supply.@Nullable Refused refusal() {
      return switch (supply) {
        case Supply.Refused refused -> refused;
        case Supply.Delayed(String message) -> new Supply.Refused(Reason.RefreshFailed, message);
        case null, default -> null;
      };
    }
  }

  static Result carryOut(AttemptDecision decision, Assessment it, PlanBuilder plan) {
    AttemptPlan attempts = new AttemptPlan(it, plan);
    plan.wake(decision.wakeAt());
    attempts.carryOut(decision.step());
    return new Result(
        attempts.makingWay,
        attempts.queued,
        attempts.pending,
        attempts.token.supply(),
        attempts.failure);
  }

  private void carryOut(AttemptStep step) {
    StatusRecord status = plan.status();
    Attempt attempt = status.attempt();
    if (status.isAttempting() && attempt != null) {
      SlotUse.keep(it, attempt.cause(), plan);
    }
    switch (step) {
      case AttemptStep.Wait() -> {}
      case AttemptStep.WaitToRenew() -> end.dropToken();
      case AttemptStep.Settle() -> {
        plan.status(status.withoutAttempt());
        end.dropToken();
      }
      case AttemptStep.Cancel(int failures) -> plan.status(status.waiting(null, failures, null));
      case AttemptStep.Begin(Cause cause, int reserved, int failures) -> {
        plan.status(status.waiting(null, failures, null));
        begin(cause, reserved);
      }
      case AttemptStep.BeginLater(int failures) ->
          plan.status(
              status.waiting(
                  it.attempt(it.nextNumber(0), Cause.BACKEND),
                  failures,
                  it.now().plus(RetryPolicy.delay(failures - 1, it.seen().session().uid()))));
      case AttemptStep.Renew(int failures) -> {
        plan.status(status.waiting(null, failures, null));
        renew();
      }
      case AttemptStep.Provide(boolean secretIsOutdated) -> {
        int number = Objects.requireNonNull(attempt).revision();
        if (secretIsOutdated && !Recreation.waits(it, plan)) {
          // The token may be from this revision's Secret, which a Pod with another token must not
          // use.
          plan.add(Phase.PREPARATION, new Action.DeleteSecret(number));
        }
        provide(number, number);
      }
      case AttemptStep.AwaitReadiness() -> {
        NodeWait wait = it.nodeWait();
        plan.wake(wait == null ? null : wait.overdueAt());
        end.dropToken();
      }
      case AttemptStep.Promote(ObservedPod candidate) -> {
        makingWay = true;
        Promotion.plan(it, plan, Objects.requireNonNull(attempt), candidate);
        end.dropToken();
      }
      case AttemptStep.BeginAnew(ObservedPod candidate, Cause cause) -> {
        end.abandon(Objects.requireNonNull(attempt), candidate);
        plan.status(status.with(null));
        plan.slot(Plan.Slot.NONE);
        if (cause != null) {
          begin(cause, attempt.revision() + 1);
        }
      }
      case AttemptStep.CallOff(ObservedPod candidate, boolean start) -> {
        end.callOff(attempt, candidate, start);
        end.dropToken();
      }
      case AttemptStep.Evade() -> {
        end.abandon(Objects.requireNonNull(attempt), null);
        plan.add(Phase.REJECTION, new Action.ForgetRejection());
        plan.status(status.with(null));
        begin(attempt.cause(), attempt.revision() + 1);
      }
      case AttemptStep.Fail(ObservedPod candidate, Failure why) ->
          failure = end.fail(Objects.requireNonNull(attempt), candidate, why);
    }
  }

  private void begin(Cause cause, int reserved) {
    boolean goesOn = it.seen().session().spec().recreates() && !plan.status().isServing();
    if (cause.isLimited() && !goesOn && !it.seen().shared().slotFree()) {
      queued = true;
      plan.slot(Plan.Slot.WANTED);
      SlotHolders holders = it.seen().shared().slot().holders();
      plan.wake(holders == null ? null : holders.renewAt());
      return;
    }
    Attempt attempt = it.attempt(it.nextNumber(reserved), cause);
    plan.slot(cause.isLimited() ? Plan.Slot.HELD : Plan.Slot.NONE);
    if (it.stopsFirst()) {
      if (!mayStop(attempt)) {
        return;
      }
      plan.status(plan.status().stopped());
    }
    plan.status(plan.status().with(attempt));
    provide(attempt.revision(), null);
  }

  /**
   * Before what serves is stopped for this attempt, the attempt must have all it needs: a Service,
   * a token, and a Pod that the API server takes. A quota may have room once the old Pod is gone.
   */
  private boolean mayStop(Attempt attempt) {
    if (isCutOff(attempt)) {
      return false;
    }
    ApiRejection rejection = it.seen().memory().childRejection();
    if (rejection instanceof ApiRejection.Refused refused && !refused.isForQuota()) {
      String message = refused.what() + " would be refused: " + refused.message();
      failure = end.failed(attempt, attempt, new Failure(refused.invalid(), false, message));
      return false;
    }
    boolean known = rejection instanceof ApiRejection.Refused;
    Supply found =
        attempt.cause() == Cause.TOKEN
            ? it.tokens().forRenewal(it.servingPod())
            : it.tokens().forAttempt(null);
    pending = pending(attempt) + " once there is a token";
    if (!known && (found instanceof Supply.Ask || found instanceof Supply.Ready)) {
      Phase phase = found instanceof Supply.Ask ? Phase.TOKEN : Phase.PREPARATION;
      plan.add(phase, new Action.TryCreation(attempt.revision()));
    }
    if (!token.isSupplied(found, attempt)) {
      return false;
    }
    if (known) {
      plan.add(Phase.REJECTION, new Action.ForgetRejection());
    }
    return true;
  }

  /** Whether the session would have no Service, and so could not start again. */
  private boolean isCutOff(Attempt attempt) {
    if (it.service().allowsStart()) {
      return false;
    }
    String problem = it.service().problem();
    String why = problem == null ? "its Service is being deleted" : problem;
    pending = pending(attempt) + " once it has a Service: " + why;
    plan.slot(Plan.Slot.NONE);
    return true;
  }

  private String pending(Attempt attempt) {
    return "revision "
        + plan.status().revision()
        + " is stopped and replaced ("
        + attempt.cause().label()
        + ")";
  }

  private void provide(int number, @Nullable Integer stored) {
    if (Recreation.waits(it, plan)) {
      return;
    }
    Supply found = it.tokens().forAttempt(stored);
    if (found instanceof Supply.Ask && token.hasFailed()) {
      // What the API server refuses again must not cost a token.
      plan.add(Phase.TOKEN, new Action.TryCreation(number));
    }
    if (!token.isSupplied(found, plan.status().attempt())) {
      return;
    }
    makingWay = true;
    Recreation.confirmAlone(it, plan, number);
    if (it.seen().session().spec().token() != null) {
      plan.add(Phase.CREATION, new Action.CreateSecret(number));
    }
    plan.add(Phase.CREATION, new Action.CreatePod(number));
    if (it.tokens().hasCall()) {
      plan.add(Phase.TOKEN_USED, new Action.ForgetToken());
    }
  }

  private void renew() {
    if (it.stopsFirst() && isCutOff(it.attempt(it.nextNumber(0), Cause.TOKEN))) {
      return;
    }
    if (token.isSupplied(it.tokens().forRenewal(it.servingPod()), null)) {
      begin(Cause.TOKEN, 0);
    }
  }
}
