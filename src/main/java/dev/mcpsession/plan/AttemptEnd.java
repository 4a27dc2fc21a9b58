package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.AttemptStep.Failure;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ends attempts that did not come to serve: they are abandoned, called off, delayed, or failed. */
final class AttemptEnd {
  private final Assessment it;
  private final PlanBuilder plan;
  private final String uid;

  AttemptEnd(Assessment it, PlanBuilder plan) {
    this.it = it;
    this.plan = plan;
    this.uid = it.seen().session().uid();
  }

  /**
   * Removes the candidate and its Secret. Without a candidate, only the status shows that a Secret
   * may exist. The same holds for a candidate without a token: it may be a Pod that had lost its
   * labels, and whose number the attempt took and made a Secret for. An attempt with other inputs
   * may have had a token that is not asked for any more.
   */
  void abandon(Attempt attempt, @Nullable ObservedPod candidate) {
    if (candidate == null) {
      LostLabels.confirmGone(it.seen(), plan, attempt.revision());
    } else {
      plan.remove(Phase.ABANDONMENT, candidate);
    }
    boolean shown = candidate != null && candidate.token() != null;
    if (!shown && (it.seen().session().mayHaveToken() || !it.isCurrent(attempt))) {
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(attempt.revision()));
    }
  }

  void callOff(@Nullable Attempt attempt, @Nullable ObservedPod candidate, boolean start) {
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

  /**
   * The attempt failed, and its children go.
   *
   * @return why, with what that means for the session
   */
  Failure fail(Attempt attempt, @Nullable ObservedPod candidate, Failure why) {
    abandon(attempt, candidate);
    String message =
        why.message() + Recreation.whatFailureMeans(it, plan.status(), attempt.cause());
    return failed(
        attempt,
        it.attempt(it.nextNumber(attempt.revision() + 1), attempt.cause()),
        new Failure(why.invalid(), why.nameConflict(), message));
  }

  /**
   * The attempt failed, or would.
   *
   * @param next the attempt that waits until it is tried again
   */
  Failure failed(Attempt attempt, Attempt next, Failure why) {
    int failures = plan.status().failures() + 1;
    delay(
        next,
        failures,
        why.invalid() ? RetryPolicy.whileInvalid(uid) : RetryPolicy.delay(failures, uid));
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
    return why;
  }

  /** Delays the attempt, which is then one for the current inputs. */
  void delay(@Nullable Attempt attempt, int failures, Duration delay) {
    Attempt waiting =
        attempt == null || it.isCurrent(attempt)
            ? attempt
            : new Attempt(
                attempt.revision(), attempt.cause(), attempt.startTime(), it.wanted().hash());
    plan.status(plan.status().waiting(waiting, failures, it.now().plus(delay)));
    plan.slot(Plan.Slot.NONE);
  }

  /** Discards the result of the token call: it was used, or is not needed. */
  void dropToken() {
    if (it.tokens().hasCall()) {
      plan.add(Phase.TOKEN, new Action.ForgetToken());
    }
  }
}
