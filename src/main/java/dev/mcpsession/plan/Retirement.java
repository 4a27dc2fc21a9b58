package dev.mcpsession.plan;

import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.PodRole;
import java.time.Instant;

/**
 * Lets go of the Pods that no longer have a role. A child's role follows from its number and the
 * status alone.
 */
final class Retirement {
  private Retirement() {}

  /**
   * Of what it lets go already it says nothing again.
   *
   * @param makingWay another Pod is made or promoted now, so of the retired only the direct
   *     predecessor may stay: never more than three Pods of a session
   */
  static void plan(PlanBuilder draft, boolean makingWay) {
    int predecessor =
        draft.seen.children().ownPods().stream()
            .filter(pod -> pod.isLive() && pod.revision() < draft.revision)
            .mapToInt(ObservedPod::revision)
            .max()
            .orElse(0);
    boolean confirmed = false;
    for (ObservedPod pod : draft.seen.children().ownPods()) {
      PodRole role = roleOf(draft, pod);
      if (pod.terminating()
          || role == PodRole.CANDIDATE
          || role == PodRole.SERVING
          || draft.isRemoved(pod)) {
        continue;
      }
      if (role == PodRole.RETIRED) {
        Instant drained =
            draft.servingSince == null
                    || pod.ended()
                    || (makingWay && pod.revision() != predecessor)
                ? draft.now
                : draft.servingSince.plus(draft.seen.session().spec().drain());
        if (draft.isDue(drained)) {
          draft.retire(pod);
        } else {
          draft.wake(drained);
        }
      } else {
        if (!confirmed) {
          draft.after(new Action.ConfirmSession());
          confirmed = true;
        }
        draft.remove(pod);
      }
    }
  }

  private static PodRole roleOf(PlanBuilder draft, ObservedPod pod) {
    Integer attempt =
        draft.isAttempting() && draft.attempt != null ? draft.attempt.revision() : null;
    return PodRole.of(pod, draft.revision, draft.servingSince != null, attempt);
  }
}
