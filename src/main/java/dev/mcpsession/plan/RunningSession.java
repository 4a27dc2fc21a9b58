package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.Recovery;
import dev.mcpsession.plan.assess.Serving;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Instant;

/** Plans a session that should run: its backend, attempts, retired Pods, Service and conditions. */
final class RunningSession {
  private RunningSession() {}

  /** In this order: each decision sees the status as the ones before it leave it. */
  static void plan(Assessment it, PlanBuilder plan) {
    plan.status(it.status());
    guardNamespace(it, plan);
    recoverLostStatus(it, plan);
    stopForExpiredToken(it, plan);
    reportLoss(it, plan);
    AttemptPlan.Result attempts = attempt(it, plan);
    forgive(it, plan, attempts);
    Retirement.plan(it.seen(), plan, attempts.makingWay(), it.now());
    LostLabels.plan(it.seen(), plan);
    ServiceLink.plan(it, plan);
    StatusConditions.write(it, plan, attempts);
    plan.wake(plan.status().nextAttemptTime());
  }

  private static void guardNamespace(Assessment it, PlanBuilder plan) {
    if (!it.seen().shared().namespaceGuarded()) {
      plan.add(Phase.GUARD, new Action.GuardNamespace());
    }
  }

  /**
   * Deletes the Secrets of earlier revisions: the status no longer says whether the promotion did.
   */
  private static void recoverLostStatus(Assessment it, PlanBuilder plan) {
    if (it.recovery() instanceof Recovery.Revision(ObservedPod ready)) {
      it.seen().children().ownPods().stream()
          .filter(pod -> pod.revision() < ready.revision() && pod.token() != null)
          .forEach(pod -> plan.add(Phase.PREPARATION, new Action.DeleteSecret(pod.revision())));
    }
  }

  private static void stopForExpiredToken(Assessment it, PlanBuilder plan) {
    plan.wake(it.expiry().wakeAt());
    if (!it.expiry().over()) {
      return;
    }
    StatusRecord served = it.recovered();
    ObservedPod pod = it.seen().children().ownPod(served.revision());
    boolean goesWithoutItsSecret = pod != null && pod.terminating() && pod.token() != null;
    boolean vanished = pod == null && served.servingSince() != null;
    LostLabels.confirmGone(it.seen(), plan, served);
    if (goesWithoutItsSecret || vanished) {
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(served.revision()));
    }
    Integer attempted = served.attempted();
    if (attempted != null && it.status().attempt() == null) {
      // An attempt without a Pod ends with the backend, and only the status shows its Secret.
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(attempted));
    }
  }

  private static void reportLoss(Assessment it, PlanBuilder plan) {
    plan.wake(it.serving().wakeAt());
    if (it.serving() instanceof Serving.Gone gone) {
      if (gone.vanished()) {
        plan.add(Phase.PREPARATION, new Action.ConfirmPodGone(gone.podName()));
      }
      plan.announce(Phase.FINDING, new SessionEvent.BackendExited(gone.message()));
    }
  }

  private static AttemptPlan.Result attempt(Assessment it, PlanBuilder plan) {
    if (it.seen().session().template().obstacle() != null) {
      return AttemptPlan.carryOut(AttemptDecision.withoutTemplate(it), it, plan);
    }
    if (it.status().isServing() || it.service().allowsStart()) {
      return AttemptPlan.carryOut(AttemptDecision.of(it), it, plan);
    }
    Attempt attempt = it.status().attempt();
    if (attempt != null && it.status().isAttempting()) {
      SlotUse.keep(it, attempt.cause(), plan);
    }
    if (attempt == null) {
      // The start has to wait, and must still count as a start later.
      plan.status(it.status().with(it.attempt(it.nextNumber(0), Cause.START)));
    }
    return AttemptPlan.Result.NONE;
  }

  /** Clears the failure count after {@link RetryPolicy#FORGIVEN_AFTER} of serving. */
  private static void forgive(Assessment it, PlanBuilder plan, AttemptPlan.Result attempts) {
    StatusRecord status = plan.status();
    if (attempts.isTokenAwaited()
        || status.failures() == 0
        || !status.isServing()
        || status.servingSince() == null
        || status.attempt() != null
        || status.nextAttemptTime() != null) {
      return;
    }
    Instant at = status.servingSince().plus(RetryPolicy.FORGIVEN_AFTER);
    if (it.isDue(at)) {
      plan.status(status.waiting(null, 0, null));
    } else {
      plan.wake(at);
    }
  }
}
