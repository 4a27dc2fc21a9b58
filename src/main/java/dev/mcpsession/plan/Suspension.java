package dev.mcpsession.plan;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.plan.observed.TokenCall;
import java.util.List;

/** Suspends a session: first the status, then the Secrets, then all Pods, without drain. */
final class Suspension {
  private Suspension() {}

  /**
   * Keeps the message of a session that is already suspended for this reason.
   *
   * @param why it is suspended; later activity does not change it
   */
  static void plan(Observation seen, PlanBuilder plan, Reason reason, String why) {
    ObservedConditions said = seen.session().conditions();
    boolean already = said.has(ConditionType.Ready, reason);
    LostLabels.confirmGone(seen, plan, plan.status());
    deleteSecretsThatNoPodTells(seen, plan);
    LostLabels.plan(seen, plan);
    ServiceLink.planSuspended(seen, plan);
    plan.status(plan.status().stopped().waiting(null, 0, null));
    Condition ready = said.get(ConditionType.Ready);
    String message = already && ready != null ? ready.message() : why;
    Conditions conditions = plan.conditions();
    conditions.set(ConditionType.Ready, false, reason, message);
    ObservedTemplate template = seen.session().template();
    if (already && template instanceof ObservedTemplate.Unchecked) {
      // For a moment only, and each change of a template would have it written of all its sessions.
      conditions.keep(ConditionType.UpToDate);
    } else {
      String obstacle = template.obstacle();
      conditions.set(
          ConditionType.UpToDate,
          false,
          Reason.Suspended,
          obstacle == null ? message : message + "; " + obstacle);
    }
    conditions.remove(ConditionType.TokenValid);
    if (!already) {
      plan.announce(Phase.RESULT, new SessionEvent.Suspended(reason + ": " + why));
    }
    List<ObservedPod> pods = seen.children().ownPods();
    for (ObservedPod pod : pods) {
      if (pod.token() != null && (!already || !pod.terminating())) {
        plan.add(Phase.RETIREMENT, new Action.DeleteSecret(pod.revision()));
      }
    }
    pods.stream().filter(pod -> !pod.terminating()).forEach(pod -> plan.retire(pod, null));
    if (!(seen.memory().tokenCall() instanceof TokenCall.None)) {
      plan.add(Phase.TOKEN_USED, new Action.ForgetToken());
    }
  }

  /**
   * Deletes Secrets that have no Pod: only the status, which is cleared now, shows that they may
   * exist. A token may have been asked for when they were made.
   */
  private static void deleteSecretsThatNoPodTells(Observation seen, PlanBuilder plan) {
    StatusRecord status = plan.status();
    // Also of an attempt that waits: a leader before may have created its Secret meanwhile.
    Attempt attempt = status.attempt();
    if (attempt != null && seen.children().ownPod(attempt.revision()) == null) {
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(attempt.revision()));
    }
    if (status.servingSince() != null && seen.children().ownPod(status.revision()) == null) {
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(status.revision()));
    }
  }
}
