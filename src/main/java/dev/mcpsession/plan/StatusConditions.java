package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import org.jspecify.annotations.Nullable;

/** Says in conditions where a running session stands. What is still as it was keeps its words. */
final class StatusConditions {
  private final PlanBuilder draft;
  private final Serving serving;
  private final Attempts attempts;
  private final ServiceLink service;
  private final TokenDemand tokens;
  private final Conditions conditions;
  private final boolean wasSuspended;
  private final boolean tokenStillFails;

  StatusConditions(PlanBuilder draft, Serving serving, Attempts attempts, ServiceLink service) {
    this.draft = draft;
    this.serving = serving;
    this.attempts = attempts;
    this.service = service;
    this.tokens = attempts.tokens();
    this.conditions = draft.conditions;
    this.wasSuspended = saysSuspended(draft);
    this.tokenStillFails =
        tokens.isWaiting()
            && draft.failures > 0
            && conditions.has(ConditionType.UpToDate, Reason.TokenPending);
  }

  static boolean saysSuspended(PlanBuilder draft) {
    return draft.isSuspendedFor(Reason.Suspended) || draft.isSuspendedFor(Reason.SuspendedIdle);
  }

  void write() {
    if (draft.podName == null) {
      nothingServes();
    } else {
      somethingServes();
    }
    tokenValid();
  }

  private void somethingServes() {
    if (service.isTaken()) {
      ready(false, Reason.NameConflict, words(service.problem()));
    } else if (serving instanceof Serving.NotReady notReady
        && notReady.pod().revision() == draft.revision) {
      String trouble = notReady.pod().trouble();
      if (notReady.pod().exited() && !conditions.has(ConditionType.Ready, Reason.BackendExited)) {
        draft.announce(new SessionEvent.BackendExited(trouble));
      }
      ready(
          false,
          notReady.pod().exited() ? Reason.BackendExited : Reason.BackendNotReady,
          trouble.isEmpty() ? "Pod " + notReady.pod().name() + " is not ready" : trouble);
    } else {
      ready(true, Reason.Serving, "revision " + draft.revision + " serves at " + draft.endpoint);
    }

    Attempts.Failure failure = attempts.failure();
    if (failure != null) {
      upToDate(Reason.ReplaceFailed, failure.message() + next());
    } else if (tokens.problem() != null) {
      upToDate(Reason.TokenPending, tokens.message() + next());
    } else if (tokenStillFails) {
      conditions.keep(ConditionType.UpToDate);
    } else if (tokens.isSlow()) {
      upToDate(Reason.TokenPending, "waiting for the token source");
    } else if (attempts.isQueued()) {
      upToDate(
          Reason.Replacing,
          "a replacement is due and waits for one of the maxConcurrentReplacements places");
    } else if (draft.isAttempting() && draft.attempt != null) {
      String trouble = candidateTrouble();
      upToDate(
          Reason.Replacing,
          "revision "
              + draft.attempt.revision()
              + " is starting ("
              + cause(draft.attempt)
              + ")"
              + (trouble.isEmpty() ? "" : ": " + trouble));
    } else if (draft.nextAttemptTime != null) {
      keep(ConditionType.UpToDate, Reason.ReplaceFailed);
    } else if (service.problem() != null && !service.isTaken()) {
      upToDate(Reason.ReplaceFailed, words(service.problem()));
    } else {
      conditions.set(
          ConditionType.UpToDate,
          true,
          Reason.Current,
          "revision " + draft.revision + " is what is asked for");
    }
  }

  private void nothingServes() {
    Attempts.Failure failure = attempts.failure();
    if (service.problem() != null) {
      Reason reason = service.isTaken() ? Reason.NameConflict : Reason.StartFailed;
      both(reason, Reason.StartFailed, words(service.problem()));
    } else if (failure != null) {
      Reason reason =
          failure.nameConflict()
              ? Reason.NameConflict
              : failure.invalid() ? Reason.InvalidSpec : Reason.StartFailed;
      both(reason, Reason.StartFailed, failure.message() + next());
    } else if (tokens.problem() != null) {
      both(Reason.TokenPending, Reason.TokenPending, tokens.message() + next());
    } else if (tokenStillFails && conditions.has(ConditionType.Ready, Reason.TokenPending)) {
      conditions.keep(ConditionType.Ready);
      conditions.keep(ConditionType.UpToDate);
    } else if (draft.expired != null && draft.attempt == null) {
      both(Reason.TokenPending, Reason.TokenPending, "the token expired at " + draft.expired);
    } else if (serving instanceof Serving.Gone gone) {
      both(Reason.BackendExited, Reason.Starting, gone.message() + next());
    } else if (draft.nextAttemptTime != null || isAfterExit()) {
      keep(ConditionType.Ready, Reason.StartFailed);
      keep(ConditionType.UpToDate, Reason.StartFailed);
    } else if (tokens.isSlow() || draft.attempt == null) {
      both(Reason.TokenPending, Reason.TokenPending, "waiting for the token source");
    } else {
      String trouble = candidateTrouble();
      both(
          Reason.Starting,
          Reason.Starting,
          "revision "
              + draft.attempt.revision()
              + " is starting"
              + (trouble.isEmpty() ? "" : ": " + trouble));
    }
  }

  /** How the last backend ended matters more to the user than that the next one starts. */
  private boolean isAfterExit() {
    return draft.attempt != null
        && draft.expired == null
        && conditions.has(ConditionType.Ready, Reason.BackendExited);
  }

  private void tokenValid() {
    if (draft.seen.session().spec().token() == null) {
      conditions.remove(ConditionType.TokenValid);
    } else if (draft.podName == null && (draft.expired != null || wasExpired())) {
      String expiry = draft.expired == null ? "" : "the token expired at " + draft.expired;
      String words = tokens.problem() == null ? expiry : tokens.message();
      if (words.isEmpty()) {
        keep(ConditionType.TokenValid, Reason.Expired);
      } else {
        conditions.set(ConditionType.TokenValid, false, Reason.Expired, words);
      }
    } else if (tokens.problem() != null) {
      conditions.set(ConditionType.TokenValid, false, tokens.problem(), tokens.message());
    } else if (draft.podName != null
        && draft.seen.source() instanceof SourceState.Unavailable(var kind, var words)) {
      Reason reason =
          kind == TokenFailure.Kind.MISSING ? Reason.SourceMissing : Reason.RefreshFailed;
      conditions.set(ConditionType.TokenValid, false, reason, words);
    } else if ((draft.nextAttemptTime != null || tokenStillFails)
        && conditions.isFalse(ConditionType.TokenValid)) {
      keep(ConditionType.TokenValid, Reason.RefreshFailed);
    } else if (draft.podName != null) {
      conditions.set(ConditionType.TokenValid, true, Reason.Issued, issued());
    } else {
      conditions.set(
          ConditionType.TokenValid, false, Reason.Pending, "no revision with a token serves yet");
    }
  }

  /** Until the next revision serves; an attempt that makes a Pod has a valid token again. */
  private boolean wasExpired() {
    return !wasSuspended && conditions.has(ConditionType.TokenValid, Reason.Expired);
  }

  private String issued() {
    return draft.tokenExpirationTime == null
        ? "the token has no known expiry"
        : "the token expires at "
            + draft.tokenExpirationTime
            + " and is renewed at "
            + draft.renewalTime;
  }

  private String cause(Attempt attempt) {
    ObservedPod pod = draft.seen.children().ownPod(draft.revision);
    return attempt.cause() == Cause.NODE && pod != null && pod.leaving() != null
        ? pod.leaving()
        : attempt.cause().label();
  }

  private String candidateTrouble() {
    ObservedPod pod =
        draft.attempt == null ? null : draft.seen.children().ownPod(draft.attempt.revision());
    return pod == null ? "" : pod.trouble();
  }

  private String next() {
    return draft.nextAttemptTime == null ? "" : "; next attempt at " + draft.nextAttemptTime;
  }

  private void ready(boolean status, Reason reason, String message) {
    conditions.set(ConditionType.Ready, status, reason, message);
  }

  private void upToDate(Reason reason, String message) {
    conditions.set(ConditionType.UpToDate, false, reason, message);
  }

  private void both(Reason ready, Reason upToDate, String message) {
    ready(false, ready, message);
    upToDate(upToDate, message);
  }

  /** Keeps what is said while that is bad news; else says that it failed. */
  private void keep(ConditionType type, Reason otherwise) {
    if (conditions.isFalse(type)) {
      conditions.keep(type);
    } else {
      conditions.set(type, false, otherwise, "waiting for the next attempt" + next());
    }
  }

  private static String words(@Nullable String text) {
    return text == null ? "" : text;
  }
}
