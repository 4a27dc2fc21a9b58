package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.AttemptStep.Failure;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.Candidate;
import dev.mcpsession.plan.assess.Serving;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedTemplate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides the next step for attempts: one at a time, always from the newest inputs. While an
 * attempt waits ({@code nextAttemptTime} is set), the status reserves its number, and no child with
 * that number exists.
 *
 * @param wakeAt when time alone changes what the decision is based on; null if only an event does
 */
record AttemptDecision(AttemptStep step, @Nullable Instant wakeAt) {
  private static final int NAMES_TRIED = 5;

  /**
   * How many numbers, used by starts and failures since the serving revision, make stranding a
   * failure.
   */
  private static final int NUMBERS_BEFORE_STRANDING_COUNTS = 3;

  static AttemptDecision of(Assessment it) {
    StatusRecord status = it.status();
    Attempt attempt = status.attempt();
    return attempt == null
        ? rested(it, status)
        : status.isAttempting() ? underWay(it, status, attempt) : waiting(it, status, attempt);
  }

  /**
   * No backend can be made. An attempt in progress is called off, so that it holds no place of the
   * limited ones and cannot bring back what the template was before; until a template has been
   * checked, it only stands still. What has to start still counts as a start once there is a
   * template again.
   */
  static AttemptDecision withoutTemplate(Assessment it) {
    StatusRecord status = it.status();
    Attempt attempt = status.attempt();
    Candidate candidate = it.candidate();
    boolean start =
        !status.isServing()
            && status.revision() != 0
            && (attempt == null ? it.due().cause() : attempt.cause()) == Cause.START;
    boolean kept = attempt != null || !start;
    if (kept && it.seen().session().template() instanceof ObservedTemplate.Unchecked) {
      return new AttemptDecision(
          new AttemptStep.Wait(), candidate == null ? null : candidate.wakeAt());
    }
    return new AttemptDecision(
        new AttemptStep.CallOff(candidate == null ? null : candidate.pod(), start), null);
  }

  /** The status has no attempt. */
  private static AttemptDecision rested(Assessment it, StatusRecord status) {
    Cause cause = it.due().cause();
    Instant retryAt = status.nextAttemptTime();
    boolean changed = retryAt != null && it.tokens().inputsChangedSinceFailure();
    int failures = changed ? 0 : status.failures();
    AttemptStep step;
    if (cause == null) {
      step = new AttemptStep.Settle();
    } else if (cause == Cause.BACKEND) {
      step = afterExit(it.serving(), status.failures());
    } else if (retryAt != null && !it.isDue(retryAt) && !changed) {
      step = new AttemptStep.WaitToRenew();
    } else if (cause == Cause.TOKEN) {
      step = new AttemptStep.Renew(failures);
    } else {
      step = new AttemptStep.Begin(cause, 0, failures);
    }
    return new AttemptDecision(step, it.due().wakeAt());
  }

  /** Replaces the backend at once; one that exited early only if no failure is counted yet. */
  private static AttemptStep afterExit(Serving serving, int failures) {
    if (!(serving instanceof Serving.Gone) || serving.isLostUnexpectedly()) {
      return new AttemptStep.Begin(Cause.BACKEND, 0, failures);
    }
    return failures == 0
        ? new AttemptStep.Begin(Cause.BACKEND, 0, 1)
        : new AttemptStep.BeginLater(failures + 1);
  }

  /** An attempt waits for {@code nextAttemptTime}. */
  private static AttemptDecision waiting(Assessment it, StatusRecord status, Attempt waiting) {
    boolean changed = !it.isCurrent(waiting) || isThereATokenByNow(it);
    Instant retryAt = status.nextAttemptTime();
    boolean tried =
        changed
            || retryAt == null
            || it.isDue(retryAt)
            || it.serving().isLostUnexpectedly()
            || isThereRoomByNow(it, waiting);
    if (!tried) {
      // The serving Pod may be able to stay on its node after all.
      boolean mayBeCalledOff = waiting.cause() == Cause.NODE && status.isServing();
      if (!mayBeCalledOff) {
        return new AttemptDecision(new AttemptStep.Wait(), null);
      }
      if (it.due().cause() != null) {
        return new AttemptDecision(new AttemptStep.Wait(), it.due().wakeAt());
      }
    }
    int failures = changed ? 0 : status.failures();
    Cause cause = it.stillFor(waiting.cause());
    return new AttemptDecision(
        cause == null
            ? new AttemptStep.Cancel(failures)
            : new AttemptStep.Begin(cause, waiting.revision(), failures),
        it.due().wakeAt());
  }

  private static boolean isThereATokenByNow(Assessment it) {
    return it.seen().session().conditions().has(ConditionType.UpToDate, Reason.TokenPending)
        && it.tokens().sourceChangedSinceFailure();
  }

  /** Whether a Pod of the session has gone since the attempt was refused, perhaps by a quota. */
  private static boolean isThereRoomByNow(Assessment it, Attempt waiting) {
    Instant since = it.seen().memory().roomSince();
    return since != null && since.isAfter(waiting.startTime());
  }

  private static AttemptDecision underWay(Assessment it, StatusRecord status, Attempt attempt) {
    Candidate candidate = it.candidate();
    if (candidate != null) {
      return withCandidate(it, status, attempt, candidate);
    }
    return switch (it.seen().memory().childRejection()) {
      case ApiRejection.Refused refusal ->
          fail(refusal.invalid(), false, refusal.what() + " was refused: " + refusal.message());
      case ApiRejection.Taken taken when taken.inARow() >= NAMES_TRIED ->
          fail(
              false,
              true,
              taken.what()
                  + " belongs to "
                  + taken.owner()
                  + "; "
                  + taken.inARow()
                  + " names in a row are taken");
      case ApiRejection.Taken taken -> new AttemptDecision(new AttemptStep.Evade(), null);
      case ApiRejection.None() ->
          it.stopsFirst() || !it.isCurrent(attempt)
              ? beginAnew(it, attempt, null)
              : SlotUse.isNeededByOthers(it, attempt.cause())
                  ? fail(false, false, Unscheduled.words(it, null))
                  : new AttemptDecision(
                      new AttemptStep.Provide(it.tokens().isTooOldInHand()), null);
    };
  }

  private static AttemptDecision withCandidate(
      Assessment it, StatusRecord status, Attempt attempt, Candidate candidate) {
    boolean over =
        candidate.state() == Candidate.State.READY || candidate.state() == Candidate.State.FAILED;
    if (it.stopsFirst() && !over) {
      // It was begun before spec.replacement became Recreate, and may be why it cannot start.
      return beginAnew(it, attempt, candidate);
    }
    return switch (candidate.state()) {
      case STARTING ->
          SlotUse.isNeededByOthers(it, attempt.cause())
              ? fail(candidate.pod(), Unscheduled.words(it, candidate.pod()), candidate.wakeAt())
              : new AttemptDecision(new AttemptStep.AwaitReadiness(), candidate.wakeAt());
      case READY ->
          new AttemptDecision(new AttemptStep.Promote(candidate.pod()), candidate.wakeAt());
      case OUTDATED -> beginAnew(it, attempt, candidate);
      case STRANDED ->
          // A scheduler that ignores the state of nodes would cause an endless series of Pods.
          attempt.revision() - status.revision() > NUMBERS_BEFORE_STRANDING_COUNTS
              ? fail(candidate.pod(), candidate.message(), candidate.wakeAt())
              : beginAnew(it, attempt, candidate);
      case FAILED -> fail(candidate.pod(), candidate.message(), candidate.wakeAt());
    };
  }

  private static AttemptDecision beginAnew(
      Assessment it, Attempt attempt, @Nullable Candidate candidate) {
    return new AttemptDecision(
        new AttemptStep.BeginAnew(
            candidate == null ? null : candidate.pod(), it.goesOnFor(attempt.cause())),
        it.due().wakeAt());
  }

  private static AttemptDecision fail(
      ObservedPod candidate, String message, @Nullable Instant wakeAt) {
    return new AttemptDecision(
        new AttemptStep.Fail(candidate, new Failure(false, false, message)), wakeAt);
  }

  private static AttemptDecision fail(boolean invalid, boolean nameConflict, String message) {
    return new AttemptDecision(
        new AttemptStep.Fail(null, new Failure(invalid, nameConflict, message)), null);
  }
}
