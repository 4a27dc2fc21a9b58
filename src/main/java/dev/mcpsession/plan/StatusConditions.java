package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.NodeWait;
import dev.mcpsession.plan.assess.Serving;
import dev.mcpsession.plan.assess.StartupLimit;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.assess.TokenDemand.Supply;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import org.jspecify.annotations.Nullable;

/** Sets the conditions of a running session. A state that has not changed keeps its message. */
final class StatusConditions {
  private final Assessment it;
  private final PlanBuilder plan;
  private final AttemptPlan.Result attempts;
  private final StatusRecord status;
  private final ObservedConditions said;
  private final Conditions conditions;
  private final Supply.@Nullable Refused refusal;
  private final boolean tokenStillFails;
  private final ObservedTemplate template;

  private StatusConditions(Assessment it, PlanBuilder plan, AttemptPlan.Result attempts) {
    this.it = it;
    this.plan = plan;
    this.attempts = attempts;
    this.status = plan.status();
    this.said = it.seen().session().conditions();
    this.conditions = plan.conditions();
    this.template = it.seen().session().template();
    this.refusal = attempts.refusal();
    this.tokenStillFails =
        attempts.isTokenAwaited()
            && !it.tokens().inputsChangedSinceFailure()
            && said.has(ConditionType.UpToDate, Reason.TokenPending);
  }

  /** Uses the new status. */
  static void write(Assessment it, PlanBuilder plan, AttemptPlan.Result attempts) {
    StatusConditions conditions = new StatusConditions(it, plan, attempts);
    if (plan.status().isServing()) {
      conditions.somethingServes();
    } else {
      conditions.nothingServes();
    }
    conditions.tokenValid();
  }

  private void somethingServes() {
    if (it.service().taken()) {
      ready(false, Reason.NameConflict, words(it.service().problem()));
    } else if (it.service().problem() != null) {
      ready(false, Reason.BackendNotReady, words(it.service().problem()));
    } else if (it.serving() instanceof Serving.NotReady notReady
        && notReady.pod().revision() == status.revision()) {
      String trouble = notReady.pod().troubleToShow();
      if (notReady.pod().exited() && !said.has(ConditionType.Ready, Reason.BackendExited)) {
        plan.announce(Phase.FINDING, new SessionEvent.BackendExited(trouble));
      }
      ready(
          false,
          notReady.pod().exited() ? Reason.BackendExited : Reason.BackendNotReady,
          trouble.isEmpty() ? "Pod " + notReady.pod().name() + " is not ready" : trouble);
    } else {
      ready(
          true,
          Reason.Serving,
          "revision " + status.revision() + " serves at " + status.endpoint());
    }

    AttemptStep.Failure failure = attempts.failure();
    if (template.obstacle() != null) {
      new UnusableTemplate(it, conditions, template.obstacle()).whileServing();
    } else if (failure != null) {
      upToDate(Reason.ReplaceFailed, failure.message() + next());
    } else if (refusal != null) {
      upToDate(Reason.TokenPending, refusal.message() + next());
    } else if (tokenStillFails) {
      conditions.keep(ConditionType.UpToDate);
    } else if (attempts.isTokenSlow()) {
      upToDate(Reason.TokenPending, "waiting for the token source");
    } else if (attempts.pending() != null) {
      upToDate(Reason.Replacing, attempts.pending());
    } else if (attempts.queued()) {
      upToDate(Reason.Replacing, SlotUse.queued(it.seen().shared().slot().holders()));
    } else if (status.isAttempting() && status.attempt() != null) {
      String trouble = candidateTrouble();
      upToDate(
          Reason.Replacing,
          "revision "
              + status.attempt().revision()
              + " is starting ("
              + cause(status.attempt())
              + ")"
              + (trouble.isEmpty() ? "" : ": " + trouble));
    } else if (status.nextAttemptTime() != null) {
      keep(ConditionType.UpToDate, Reason.ReplaceFailed);
    } else if (it.service().problem() != null && !it.service().taken()) {
      upToDate(Reason.ReplaceFailed, words(it.service().problem()));
    } else {
      conditions.set(
          ConditionType.UpToDate,
          true,
          Reason.Current,
          "revision " + status.revision() + " is what is asked for");
    }
  }

  private void nothingServes() {
    AttemptStep.Failure failure = attempts.failure();
    boolean exited = it.serving() instanceof Serving.Gone || isAfterExit();
    Recreation.Words recreation =
        attempts.isTokenSlow()
            ? null
            : Recreation.words(it, status, exited, this::candidateTrouble);
    if (it.service().problem() != null && isServiceTried()) {
      Reason reason = it.service().taken() ? Reason.NameConflict : Reason.StartFailed;
      both(reason, Reason.StartFailed, words(it.service().problem()));
    } else if (template.obstacle() != null) {
      new UnusableTemplate(it, conditions, template.obstacle()).whileNothingServes();
    } else if (failure != null) {
      Reason reason =
          failure.nameConflict()
              ? Reason.NameConflict
              : failure.invalid() ? Reason.InvalidSpec : Reason.StartFailed;
      both(reason, Reason.StartFailed, failure.message() + next());
    } else if (refusal != null) {
      both(Reason.TokenPending, Reason.TokenPending, refusal.message() + next());
    } else if (tokenStillFails && said.has(ConditionType.Ready, Reason.TokenPending)) {
      conditions.keep(ConditionType.Ready);
      conditions.keep(ConditionType.UpToDate);
    } else if (it.expiry().expired() != null && status.attempt() == null) {
      both(
          Reason.TokenPending,
          Reason.TokenPending,
          "the token expired at " + it.expiry().expired());
    } else if (recreation != null) {
      ready(false, recreation.ready(), recreation.message());
      upToDate(recreation.upToDate(), recreation.message());
    } else if (it.serving() instanceof Serving.Gone gone) {
      String words = gone.message() + next();
      ready(false, Reason.BackendExited, words);
      // That wait was over before the exit, and nothing else will happen.
      upToDate(Reason.Starting, isOverdueWithoutANode() ? candidateTrouble() : words);
    } else if (isAfterExit() && isOverdueWithoutANode()) {
      conditions.keep(ConditionType.Ready);
      upToDate(Reason.Starting, candidateTrouble());
    } else if (status.nextAttemptTime() != null || isAfterExit()) {
      keep(ConditionType.Ready, Reason.StartFailed);
      keep(ConditionType.UpToDate, Reason.StartFailed);
    } else if (status.attempt() == null
        && !attempts.isTokenSlow()
        && said.has(ConditionType.Ready, Reason.TokenPending)) {
      conditions.keep(ConditionType.Ready);
      conditions.keep(ConditionType.UpToDate);
    } else if (attempts.isTokenSlow() || status.attempt() == null) {
      both(Reason.TokenPending, Reason.TokenPending, "waiting for the token source");
    } else {
      String trouble = candidateTrouble();
      both(
          Reason.Starting,
          Reason.Starting,
          "revision "
              + status.attempt().revision()
              + " is starting"
              + (trouble.isEmpty() ? "" : ": " + trouble));
    }
  }

  /** Whether there is, or will be, something that a Service leads to. */
  private boolean isServiceTried() {
    return status.revision() != 0 || status.attempt() != null;
  }

  /** Whether to keep reporting the last exit, which matters more to users than the next start. */
  private boolean isAfterExit() {
    return status.attempt() != null
        && it.expiry().expired() == null
        && said.has(ConditionType.Ready, Reason.BackendExited);
  }

  private boolean isOverdueWithoutANode() {
    NodeWait wait = it.nodeWait();
    return wait != null && wait.overdue();
  }

  private void tokenValid() {
    if (!it.seen().session().mayHaveToken()
        || (template.isMissing() && said.get(ConditionType.TokenValid) == null)) {
      conditions.remove(ConditionType.TokenValid);
    } else if (template.obstacle() != null
        && (status.isServing() ? said.get(ConditionType.TokenValid) != null : isTokenInvalid())) {
      conditions.keep(ConditionType.TokenValid);
    } else if (!status.isServing() && (it.expiry().expired() != null || wasExpired())) {
      String expiry =
          it.expiry().expired() == null ? "" : "the token expired at " + it.expiry().expired();
      String words = refusal == null ? expiry : refusal.message();
      if (words.isEmpty()) {
        keep(ConditionType.TokenValid, Reason.Expired);
      } else {
        conditions.set(ConditionType.TokenValid, false, Reason.Expired, words);
      }
    } else if (refusal != null) {
      conditions.set(ConditionType.TokenValid, false, refusal.reason(), refusal.message());
    } else if (status.isServing()
        && it.seen().source() instanceof SourceState.Unavailable(var kind, var words)) {
      Reason reason =
          kind == TokenFailure.Kind.MISSING ? Reason.SourceMissing : Reason.RefreshFailed;
      conditions.set(ConditionType.TokenValid, false, reason, words);
    } else if ((status.nextAttemptTime() != null || tokenStillFails)
        && said.isFalse(ConditionType.TokenValid)) {
      keep(ConditionType.TokenValid, Reason.RefreshFailed);
    } else if (status.isServing()) {
      conditions.set(ConditionType.TokenValid, true, Reason.Issued, issued());
    } else {
      conditions.set(
          ConditionType.TokenValid, false, Reason.Pending, "no revision with a token serves yet");
    }
  }

  /** Whether that was said already, and nothing is stopped for it now. */
  private boolean isTokenInvalid() {
    return it.expiry().expired() == null && said.isFalse(ConditionType.TokenValid);
  }

  /**
   * Stays Expired until the next revision serves, although an attempt with a Pod has a valid token.
   */
  private boolean wasExpired() {
    return !said.saySuspended() && said.has(ConditionType.TokenValid, Reason.Expired);
  }

  private String issued() {
    return status.tokenExpirationTime() == null
        ? "the token has no known expiry"
        : "the token expires at "
            + status.tokenExpirationTime()
            + (status.renewalTime() == null ? "" : " and is renewed at " + status.renewalTime());
  }

  private String cause(Attempt attempt) {
    ObservedPod pod = it.seen().children().ownPod(status.revision());
    return attempt.cause() == Cause.NODE && pod != null && pod.leaving() != null
        ? pod.leaving()
        : attempt.cause().label();
  }

  private String candidateTrouble() {
    ObservedPod pod =
        status.attempt() == null ? null : it.seen().children().ownPod(status.attempt().revision());
    if (pod == null || status.attempt() == null) {
      return "";
    }
    StartupLimit limit =
        StartupLimit.of(pod, status.attempt(), it.seen().session().spec().startupTimeout());
    return limit.isTold(it.now()) ? pod.waitToShow() : Unscheduled.trouble(it, plan, pod);
  }

  private String next() {
    return status.nextAttemptTime() == null ? "" : "; next attempt at " + status.nextAttemptTime();
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

  /** Keeps the condition if it is False; else sets it to False with this reason. */
  private void keep(ConditionType type, Reason otherwise) {
    if (said.isFalse(type)) {
      conditions.keep(type);
    } else {
      conditions.set(type, false, otherwise, "waiting for the next attempt" + next());
    }
  }

  private static String words(@Nullable String text) {
    return text == null ? "" : text;
  }
}
