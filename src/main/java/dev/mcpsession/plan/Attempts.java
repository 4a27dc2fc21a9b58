package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RetryPolicy;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Begins, continues, promotes and gives up attempts: one at a time, always from the newest inputs.
 * While an attempt waits ({@code nextAttemptTime} is set), status names the number it will have,
 * and nothing of that number exists.
 */
final class Attempts {
  private static final int NAMES_TRIED = 5;

  /** Beyond the serving revision; each begin and each failure takes a number. */
  private static final int NUMBERS_BEFORE_STRANDING_COUNTS = 3;

  private final PlanBuilder draft;
  private final Observation seen;
  private final Inputs wanted;
  private final Serving serving;
  private final TokenDemand tokens;
  private final DueCause due;

  private boolean makingWay;
  private boolean queued;
  private @Nullable Failure failure;

  /** What went wrong in this plan, for the conditions. */
  record Failure(boolean invalid, boolean nameConflict, String message) {}

  Attempts(PlanBuilder draft, Inputs wanted, Serving serving) {
    this.draft = draft;
    this.seen = draft.seen;
    this.wanted = wanted;
    this.serving = serving;
    this.tokens = new TokenDemand(draft, wanted);
    this.due = new DueCause(draft, wanted, serving, tokens);
  }

  /** A Pod is made or promoted by this plan. */
  boolean isMakingWay() {
    return makingWay;
  }

  /** A replacement is due and waits for one of the limited places. */
  boolean isQueued() {
    return queued;
  }

  @Nullable Failure failure() {
    return failure;
  }

  TokenDemand tokens() {
    return tokens;
  }

  void plan() {
    if (draft.isAttempting()) {
      goOn();
    } else if (draft.attempt != null) {
      awaitTurn(draft.attempt);
    } else {
      beginWhatIsDue();
    }
  }

  private void awaitTurn(Attempt waiting) {
    boolean forWantOfAToken = draft.conditions.has(ConditionType.UpToDate, Reason.TokenPending);
    if (!waiting.inputs().equals(wanted.hash())
        || (forWantOfAToken && tokens.sourceChangedSinceFailure())) {
      draft.failures = 0;
      draft.nextAttemptTime = null;
    } else if (draft.nextAttemptTime != null
        && !draft.isDue(draft.nextAttemptTime)
        && !isLostUnexpectedly()
        && !isMoveOff(waiting)) {
      return;
    }
    Cause cause = due.stillFor(waiting.cause());
    draft.nextAttemptTime = null;
    if (cause == null) {
      draft.attempt = null;
    } else {
      begin(cause, waiting.revision());
    }
  }

  /** What serves may stay on its node after all. */
  private boolean isMoveOff(Attempt waiting) {
    return waiting.cause() == Cause.NODE && draft.podName != null && due.now() == null;
  }

  /** What served is gone, and not because it keeps ending: that is no reason to wait. */
  private boolean isLostUnexpectedly() {
    return serving instanceof Serving.Gone gone && !(gone.byItself() && gone.soon());
  }

  private void beginWhatIsDue() {
    Cause cause = due.now();
    if (cause == null) {
      draft.nextAttemptTime = null;
      tokens.drop();
    } else if (cause == Cause.BACKEND) {
      draft.nextAttemptTime = null;
      beginAfterExit();
    } else if (draft.nextAttemptTime != null
        && !draft.isDue(draft.nextAttemptTime)
        && !tokens.inputsChangedSinceFailure()) {
      tokens.drop();
    } else if (cause == Cause.TOKEN) {
      renew();
    } else {
      forgetFailuresIfInputsChanged();
      draft.nextAttemptTime = null;
      begin(cause, 0);
    }
  }

  private void forgetFailuresIfInputsChanged() {
    if (draft.nextAttemptTime != null && tokens.inputsChangedSinceFailure()) {
      draft.failures = 0;
    }
  }

  /**
   * The first exit is answered at once; a backend that keeps ending soon after it began to serve is
   * slowed down.
   */
  private void beginAfterExit() {
    if (serving instanceof Serving.Gone && !isLostUnexpectedly()) {
      draft.failures++;
      if (draft.failures > 1) {
        draft.attempt = new Attempt(nextNumber(0), Cause.BACKEND, draft.now, wanted.hash());
        draft.nextAttemptTime =
            draft.now.plus(RetryPolicy.delay(draft.failures - 1, seen.session().uid()));
        return;
      }
    }
    begin(Cause.BACKEND, 0);
  }

  /** A token first: one that is no better than what serves begins no attempt. */
  private void renew() {
    forgetFailuresIfInputsChanged();
    draft.nextAttemptTime = null;
    switch (tokens.forRenewal(
        draft.podName == null ? null : seen.children().ownPod(draft.revision))) {
      case READY -> begin(Cause.TOKEN, 0);
      case FAILED -> awaitToken();
      case WAITING -> {}
    }
  }

  private int nextNumber(int reserved) {
    return Math.max(Math.max(reserved, draft.revision + 1), seen.children().highestPodNumber() + 1);
  }

  /**
   * @param reserved a number that status names already and that nothing uses; 0 for none
   */
  private void begin(Cause cause, int reserved) {
    if (cause.isLimited() && !seen.shared().slotFree()) {
      queued = true;
      draft.slot = Plan.Slot.WANTED;
      draft.attempt = null;
      return;
    }
    int number = nextNumber(reserved);
    draft.attempt = new Attempt(number, cause, draft.now, wanted.hash());
    holdSlot(cause);
    provide(number, null);
  }

  private void holdSlot(Cause cause) {
    draft.slot = cause.isLimited() ? Plan.Slot.HELD : Plan.Slot.NONE;
  }

  /** Makes the children of the attempt, as far as its token is there. */
  private void provide(int number, @Nullable Integer stored) {
    switch (tokens.forAttempt(stored)) {
      case READY -> {
        makingWay = true;
        Retirement.plan(draft, true);
        if (seen.session().spec().token() != null) {
          draft.after(new Action.CreateSecret(number));
        }
        draft.after(new Action.CreatePod(number));
        tokens.drop();
      }
      case FAILED -> awaitToken();
      case WAITING -> {}
    }
  }

  private void goOn() {
    Attempt attempt = Objects.requireNonNull(draft.attempt);
    holdSlot(attempt.cause());
    ObservedPod pod = seen.children().ownPod(attempt.revision());
    if (pod != null) {
      goOnWith(attempt, pod);
    } else if (seen.memory().childRejection() instanceof ApiRejection.Refused refusal) {
      fail(
          attempt,
          null,
          new Failure(
              refusal.invalid(), false, refusal.what() + " was refused: " + refusal.message()));
    } else if (seen.memory().childRejection() instanceof ApiRejection.Taken conflict) {
      evade(attempt, conflict);
    } else if (!attempt.inputs().equals(wanted.hash())) {
      beginAnew(attempt, null);
    } else {
      if (tokens.isTooOldInHand()) {
        // It may come from this number's Secret, which a Pod with another token must not get.
        draft.before(new Action.DeleteSecret(attempt.revision()));
      }
      provide(attempt.revision(), attempt.revision());
    }
  }

  private void goOnWith(Attempt attempt, ObservedPod pod) {
    switch (Candidate.of(draft, wanted, tokens, attempt, pod)) {
      case Candidate.Starting() -> tokens.drop();
      case Candidate.Outdated() -> beginAnew(attempt, pod);
      case Candidate.Stranded(String message) -> strand(attempt, pod, message);
      case Candidate.Failed(String message) ->
          fail(attempt, pod, new Failure(false, false, message));
      case Candidate.Ready() -> {
        makingWay = true;
        Promotion.plan(draft, attempt, pod);
        tokens.drop();
      }
    }
  }

  /**
   * Not a failure: the status lets go of the number first, so that a promotion by anyone else is
   * never undone.
   */
  private void beginAnew(Attempt attempt, @Nullable ObservedPod pod) {
    abandon(attempt, pod);
    Cause cause = due.stillFor(attempt.cause());
    draft.attempt = null;
    draft.slot = Plan.Slot.NONE;
    if (cause != null) {
      begin(cause, attempt.revision() + 1);
    }
  }

  /**
   * Not a failure, unless it keeps happening: a scheduler that does not heed what nodes announce
   * would have Pods made for ever.
   */
  private void strand(Attempt attempt, ObservedPod pod, String message) {
    if (attempt.revision() - draft.revision > NUMBERS_BEFORE_STRANDING_COUNTS) {
      fail(attempt, pod, new Failure(false, false, message));
    } else {
      beginAnew(attempt, pod);
    }
  }

  private void abandon(Attempt attempt, @Nullable ObservedPod pod) {
    if (pod != null) {
      draft.remove(pod);
    } else if (seen.session().spec().token() != null) {
      draft.before(new Action.DeleteSecret(attempt.revision()));
    }
  }

  private void evade(Attempt attempt, ApiRejection.Taken conflict) {
    String message = conflict.what() + " belongs to " + conflict.owner();
    if (conflict.inARow() >= NAMES_TRIED) {
      fail(
          attempt,
          null,
          new Failure(
              false, true, message + "; " + conflict.inARow() + " names in a row are taken"));
      return;
    }
    abandon(attempt, null);
    draft.after(new Action.ForgetRejection());
    draft.attempt = null;
    begin(attempt.cause(), attempt.revision() + 1);
  }

  private void fail(Attempt attempt, @Nullable ObservedPod pod, Failure why) {
    abandon(attempt, pod);
    draft.attempt =
        new Attempt(nextNumber(attempt.revision() + 1), attempt.cause(), draft.now, wanted.hash());
    draft.failures++;
    delay(RetryPolicy.delay(draft.failures, seen.session().uid()));
    failure = why;
    String message =
        attempt.cause().label()
            + ", revision "
            + attempt.revision()
            + ": "
            + why.message()
            + "; next attempt at "
            + draft.nextAttemptTime;
    draft.announce(
        why.nameConflict()
            ? new SessionEvent.NameConflict(message)
            : new SessionEvent.AttemptFailed(attempt.cause(), message));
    tokens.drop();
  }

  private void awaitToken() {
    draft.failures++;
    delay(RetryPolicy.tokenDelay(draft.failures, seen.session().uid(), tokens.retryAfter()));
  }

  private void delay(Duration delay) {
    draft.nextAttemptTime = draft.now.plus(delay);
    draft.slot = Plan.Slot.NONE;
    if (draft.attempt != null && !draft.attempt.inputs().equals(wanted.hash())) {
      Attempt attempt = draft.attempt;
      draft.attempt =
          new Attempt(attempt.revision(), attempt.cause(), attempt.startTime(), wanted.hash());
    }
  }
}
