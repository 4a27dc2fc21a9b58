package dev.mcpsession.plan;

import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Names;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.LostPod;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;

/**
 * Gives Pods back the labels by which caches and Services find them. A Pod that was seen, was not
 * deleted and is not shown any more may have lost them too.
 */
final class LostLabels {
  private LostLabels() {}

  /**
   * Before a status drops the numbers of Pods that no cache shows: nothing else leads to one that
   * lost its labels while no operator ran.
   *
   * @param named what is named until now
   */
  static void confirmGone(Observation seen, PlanBuilder plan, StatusRecord named) {
    if (named.isServing()) {
      confirmGone(seen, plan, named.revision());
    }
    Attempt attempt = named.attempt();
    if (attempt != null) {
      // Also of one that waits: it keeps its number if no cache ever showed that its Pod was made.
      confirmGone(seen, plan, attempt.revision());
    }
  }

  /** The same of one number. */
  static void confirmGone(Observation seen, PlanBuilder plan, int revision) {
    if (seen.children().ownPod(revision) == null) {
      String pod = Names.child(seen.session().key().name(), revision);
      plan.add(Phase.PREPARATION, new Action.ConfirmPodGone(pod));
    }
  }

  static void plan(Observation seen, PlanBuilder plan) {
    for (ObservedPod pod : seen.children().ownPods()) {
      if (!pod.labelled() && !pod.terminating() && !plan.isRemoved(pod)) {
        plan.add(Phase.LABELS, new Action.RestoreLabels(pod.name(), pod.uid(), pod.revision()));
      }
    }
    for (LostPod lost : seen.memory().lostPods()) {
      plan.add(Phase.LABELS, new Action.FindPod(lost.name(), lost.uid()));
    }
  }
}
