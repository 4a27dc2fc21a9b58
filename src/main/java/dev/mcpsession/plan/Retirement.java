package dev.mcpsession.plan;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.assess.StopGrace;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import java.time.Instant;

/**
 * Deletes the Pods that no longer have a role. A child's role follows from its number and the
 * status alone.
 */
final class Retirement {
  private Retirement() {}

  /**
   * Uses the new status.
   *
   * @param makingWay whether another Pod is created or promoted now, so that of the retired Pods
   *     only the direct predecessor may stay: never more than three Pods of a session
   */
  static void plan(Observation seen, PlanBuilder plan, boolean makingWay, Instant now) {
    StatusRecord status = plan.status();
    int predecessor =
        seen.children().ownPods().stream()
            .filter(pod -> pod.isLive() && pod.revision() < status.revision())
            .mapToInt(ObservedPod::revision)
            .max()
            .orElse(0);
    McpSessionSpec spec = seen.session().spec();
    boolean alone = spec.recreates();
    Instant since = status.servingSince();
    boolean confirmed = false;
    for (ObservedPod pod : seen.children().ownPods()) {
      if (pod.terminating() || plan.isRemoved(pod)) {
        continue;
      }
      switch (status.roleOf(pod)) {
        case CANDIDATE, FOREIGN -> {}
        case SERVING -> {
          // It ended, and is kept for its logs only until another Pod is to be made.
          if (alone && status.isAttempting() && !status.isServing()) {
            plan.remove(Phase.RETIREMENT, pod);
          }
        }
        case RETIRED -> {
          boolean atOnce = alone || pod.ended() || (makingWay && pod.revision() != predecessor);
          Instant drained = since == null || atOnce ? now : since.plus(spec.drain());
          if (now.isBefore(drained)) {
            plan.wake(drained);
          } else {
            plan.retire(pod, StopGrace.of(spec, pod));
          }
        }
        case STRAY -> {
          if (!confirmed) {
            plan.add(Phase.RETIREMENT, new Action.ConfirmSession());
            confirmed = true;
          }
          plan.remove(Phase.RETIREMENT, pod);
        }
      }
    }
  }
}
