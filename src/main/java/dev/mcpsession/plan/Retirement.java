package dev.mcpsession.plan;

import dev.mcpsession.plan.assess.StatusRecord;
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
    Instant since = status.servingSince();
    boolean confirmed = false;
    for (ObservedPod pod : seen.children().ownPods()) {
      if (pod.terminating() || plan.isRemoved(pod)) {
        continue;
      }
      switch (status.roleOf(pod)) {
        case SERVING, CANDIDATE, FOREIGN -> {}
        case RETIRED -> {
          boolean atOnce = pod.ended() || (makingWay && pod.revision() != predecessor);
          Instant drained =
              since == null || atOnce ? now : since.plus(seen.session().spec().drain());
          if (now.isBefore(drained)) {
            plan.wake(drained);
          } else {
            plan.retire(pod);
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
