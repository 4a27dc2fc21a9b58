package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RetryPolicy;
import dev.mcpsession.resources.Inputs;
import java.time.Instant;
import java.util.Comparator;

/**
 * Plans a session that should run: what serves, what is attempted, what is retired, and what that
 * looks like.
 */
final class RunningSession {
  private final PlanBuilder draft;
  private final Observation seen;
  private final Inputs wanted;

  RunningSession(PlanBuilder draft) {
    this.draft = draft;
    this.seen = draft.seen;
    this.wanted =
        Inputs.of(seen.session().spec(), seen.session().restartedAt(), seen.source().input());
  }

  void plan() {
    if (!seen.shared().namespaceGuarded()) {
      draft.after(new Action.GuardNamespace());
    }
    recoverLostStatus();
    stopWhatHoldsAnExpiredToken();
    Serving serving = Serving.of(draft);
    ServiceLink service = new ServiceLink(draft);
    Attempts attempts = new Attempts(draft, wanted, serving);
    if (draft.podName != null || service.allowsStart()) {
      attempts.plan();
    } else {
      service.holdStart(wanted);
    }
    if (!attempts.tokens().isWaiting()) {
      forgive();
    }
    Retirement.plan(draft, attempts.isMakingWay());
    service.plan();
    new StatusConditions(draft, serving, attempts, service).write();
    draft.wake(draft.nextAttemptTime);
  }

  /**
   * The highest Ready Pod becomes the revision, else the highest Pod the attempt; activeSince is
   * now already.
   */
  private void recoverLostStatus() {
    if (draft.revision != 0 || draft.attempt != null) {
      return;
    }
    Comparator<ObservedPod> byNumber = Comparator.comparingInt(ObservedPod::revision);
    ObservedPod ready =
        seen.children().ownPods().stream().filter(ObservedPod::isReady).max(byNumber).orElse(null);
    ObservedPod highest =
        seen.children().ownPods().stream().filter(ObservedPod::isLive).max(byNumber).orElse(null);
    if (ready != null) {
      // Whether it was promoted, and so its predecessors' Secrets deleted, is lost as well.
      seen.children().ownPods().stream()
          .filter(pod -> pod.revision() < ready.revision() && pod.token() != null)
          .forEach(pod -> draft.before(new Action.DeleteSecret(pod.revision())));
      draft.serve(ready);
      draft.servingSince = draft.now;
    } else if (highest != null) {
      draft.attempt = new Attempt(highest.revision(), Cause.START, draft.now, wanted.hash());
    }
  }

  /** A candidate that is under way goes on: it carries a token of its own. */
  private void stopWhatHoldsAnExpiredToken() {
    Instant expires = draft.tokenExpirationTime;
    if (draft.podName == null || expires == null || seen.session().spec().token() == null) {
      return;
    }
    if (!draft.isDue(expires)) {
      draft.wake(expires);
      return;
    }
    ObservedPod pod = seen.children().ownPod(draft.revision);
    if (pod != null && pod.terminating() && pod.token() != null) {
      // It is let go without a look at its Secret.
      draft.before(new Action.DeleteSecret(draft.revision));
    }
    draft.letGoOfVanished();
    draft.serveNothing();
    draft.servingSince = null;
    draft.expired = expires;
    if (draft.attempt != null
        && (!draft.isAttempting() || seen.children().ownPod(draft.attempt.revision()) == null)) {
      draft.attempt = null;
      draft.nextAttemptTime = null;
    }
  }

  private void forgive() {
    if (draft.failures > 0
        && draft.podName != null
        && draft.servingSince != null
        && draft.attempt == null
        && draft.nextAttemptTime == null) {
      Instant at = draft.servingSince.plus(RetryPolicy.FORGIVEN_AFTER);
      if (draft.isDue(at)) {
        draft.failures = 0;
      } else {
        draft.wake(at);
      }
    }
  }
}
