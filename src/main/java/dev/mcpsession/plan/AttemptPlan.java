package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.AttemptStep.Failure;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.NodeWait;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.assess.TokenDemand;
import dev.mcpsession.plan.assess.TokenDemand.Supply;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.SlotHolders;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns an {@link AttemptDecision} into steps of the plan. */
final class AttemptPlan {
  private final Assessment it;
  private final PlanBuilder plan;
  private final String uid;

  private boolean makingWay;
  private boolean queued;
  private @Nullable Supply supply;
  private @Nullable Failure failure;

  private AttemptPlan(Assessment it, PlanBuilder plan) {
    this.it = it;
    this.plan = plan;
    this.uid = it.seen().session().uid();
  }

  /**
   * The outcome, for the rest of the plan.
   *
   * @param makingWay whether a Pod is created or promoted
   * @param queued whether a replacement is due and waits for one of the limited slots
   * @param supply whether a token is available; null if none was needed
   * @param failure null if nothing failed
   */
  record Result(
      boolean makingWay, boolean queued, @Nullable Supply supply, @Nullable Failure failure) {
    static final Result NONE = new Result(false, false, null, null);

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
    return new Result(attempts.makingWay, attempts.queued, attempts.supply, attempts.failure);
  }

  private void carryOut(AttemptStep step) {
    StatusRecord status = plan.status();
    Attempt attempt = status.attempt();
    if (status.isAttempting() && attempt != null) {
      SlotUse.keep(it, attempt.cause(), plan);
    }
    switch (step) {
      case AttemptStep.Wait() -> {}
      case AttemptStep.WaitToRenew() -> dropToken();
      case AttemptStep.Settle() -> {
        plan.status(status.withoutAttempt());
        dropToken();
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
                  it.now().plus(RetryPolicy.delay(failures - 1, uid))));
      case AttemptStep.Renew(int failures) -> {
        plan.status(status.waiting(null, failures, null));
        renew();
      }
      case AttemptStep.Provide(boolean secretIsOutdated) -> {
        int number = Objects.requireNonNull(attempt).revision();
        if (secretIsOutdated) {
          // The token may be from this revision's Secret, which a Pod with another token must not
          // use.
          plan.add(Phase.PREPARATION, new Action.DeleteSecret(number));
        }
        provide(number, number);
      }
      case AttemptStep.AwaitReadiness() -> {
        NodeWait wait = it.nodeWait();
        plan.wake(wait == null ? null : wait.overdueAt());
        dropToken();
      }
      case AttemptStep.Promote(ObservedPod candidate) -> {
        makingWay = true;
        Promotion.plan(it, plan, Objects.requireNonNull(attempt), candidate);
        dropToken();
      }
      case AttemptStep.BeginAnew(ObservedPod candidate, Cause cause) -> {
        abandon(Objects.requireNonNull(attempt), candidate);
        plan.status(status.with(null));
        plan.slot(Plan.Slot.NONE);
        if (cause != null) {
          begin(cause, attempt.revision() + 1);
        }
      }
      case AttemptStep.CallOff(ObservedPod candidate, boolean start) -> {
        callOff(attempt, candidate, start);
        dropToken();
      }
      case AttemptStep.Evade() -> {
        abandon(Objects.requireNonNull(attempt), null);
        plan.add(Phase.REJECTION, new Action.ForgetRejection());
        plan.status(status.with(null));
        begin(attempt.cause(), attempt.revision() + 1);
      }
      case AttemptStep.Fail(ObservedPod candidate, Failure why) ->
          fail(Objects.requireNonNull(attempt), candidate, why);
    }
  }

  private void begin(Cause cause, int reserved) {
    if (cause.isLimited() && !it.seen().shared().slotFree()) {
      queued = true;
      plan.slot(Plan.Slot.WANTED);
      SlotHolders holders = it.seen().shared().slot().holders();
      plan.wake(holders == null ? null : holders.renewAt());
      return;
    }
    int number = it.nextNumber(reserved);
    plan.status(plan.status().with(it.attempt(number, cause)));
    plan.slot(cause.isLimited() ? Plan.Slot.HELD : Plan.Slot.NONE);
    provide(number, null);
  }

  private void provide(int number, @Nullable Integer stored) {
    Supply found = it.tokens().forAttempt(stored);
    if (found instanceof Supply.Ask && hasFailed()) {
      // What the API server refuses again must not cost a token.
      plan.add(Phase.TOKEN, new Action.TryCreation(number));
    }
    if (!isSupplied(found)) {
      return;
    }
    makingWay = true;
    if (it.seen().session().spec().token() != null) {
      plan.add(Phase.CREATION, new Action.CreateSecret(number));
    }
    plan.add(Phase.CREATION, new Action.CreatePod(number));
    if (it.tokens().hasCall()) {
      plan.add(Phase.TOKEN_USED, new Action.ForgetToken());
    }
  }

  /** Whether an attempt failed before this one, by the status, which outlives this process. */
  private boolean hasFailed() {
    ObservedSession session = it.seen().session();
    Integer failures = session.status() == null ? null : session.status().failures();
    return (failures != null && failures > 0)
        || session.conditions().has(ConditionType.Ready, Reason.InvalidSpec);
  }

  private void renew() {
    if (isSupplied(it.tokens().forRenewal(it.servingPod()))) {
      begin(Cause.TOKEN, 0);
    }
  }

  /** Plans the steps to get a token; returns whether one is available, or none is needed. */
  private boolean isSupplied(Supply found) {
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
        dropToken();
        TokenDemand tokens = it.tokens();
        // Not a failure of the attempt, whose delays it must not make longer.
        delay(
            plan.status().attempt(),
            plan.status().failures(),
            RetryPolicy.tokenDelay(tokens.fruitlessCalls(), uid, tokens.retryAfter()));
      }
    }
    return false;
  }

  /**
   * Removes the candidate and its Secret. Without a candidate, only the status shows that a Secret
   * may exist. The same holds for a candidate without a token: it may be a Pod that had lost its
   * labels, and whose number the attempt took and made a Secret for.
   */
  private void abandon(Attempt attempt, @Nullable ObservedPod candidate) {
    if (candidate == null) {
      LostLabels.confirmGone(it.seen(), plan, attempt.revision());
    } else {
      plan.remove(Phase.ABANDONMENT, candidate);
    }
    boolean shown = candidate != null && candidate.token() != null;
    if (!shown && it.seen().session().mayHaveToken()) {
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(attempt.revision()));
    }
  }

  private void callOff(@Nullable Attempt attempt, @Nullable ObservedPod candidate, boolean start) {
    boolean held = start && attempt != null && candidate == null;
    if (held && plan.status().nextAttemptTime() == null) {
      return;
    }
    if (attempt != null && plan.status().isAttempting()) {
      abandon(attempt, candidate);
    }
    int reserved = attempt == null ? 0 : attempt.revision() + 1;
    plan.status(
        plan.status()
            .waiting(start ? it.attempt(it.nextNumber(reserved), Cause.START) : null, 0, null));
    plan.slot(Plan.Slot.NONE);
  }

  private void fail(Attempt attempt, @Nullable ObservedPod candidate, Failure why) {
    abandon(attempt, candidate);
    int failures = plan.status().failures() + 1;
    delay(
        it.attempt(it.nextNumber(attempt.revision() + 1), attempt.cause()),
        failures,
        why.invalid() ? RetryPolicy.whileInvalid(uid) : RetryPolicy.delay(failures, uid));
    failure = why;
    String message =
        attempt.cause().label()
            + ", revision "
            + attempt.revision()
            + ": "
            + why.message()
            + "; next attempt at "
            + plan.status().nextAttemptTime();
    plan.announce(
        Phase.RESULT,
        why.nameConflict()
            ? new SessionEvent.NameConflict(message)
            : new SessionEvent.AttemptFailed(attempt.cause(), message));
    dropToken();
  }

  /** Delays the attempt, which is then one for the current inputs. */
  private void delay(@Nullable Attempt attempt, int failures, Duration delay) {
    Attempt waiting =
        attempt == null || it.isCurrent(attempt)
            ? attempt
            : new Attempt(
                attempt.revision(), attempt.cause(), attempt.startTime(), it.wanted().hash());
    plan.status(plan.status().waiting(waiting, failures, it.now().plus(delay)));
    plan.slot(Plan.Slot.NONE);
  }

  /** Discards the result of the token call: it was used, or is not needed. */
  private void dropToken() {
    if (it.tokens().hasCall()) {
      plan.add(Phase.TOKEN, new Action.ForgetToken());
    }
  }
}
