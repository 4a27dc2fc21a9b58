package dev.mcpsession.plan;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.TokenCall;

/** Suspends a session: the status first, then the Secrets, then every Pod, without drain. */
final class Suspension {
  private Suspension() {}

  static Plan plan(PlanBuilder draft, Reason reason, String why) {
    boolean already = draft.isSuspendedFor(reason);
    if (draft.isAttempting()
        && draft.seen.session().spec().token() != null
        && draft.attempt != null
        && draft.seen.children().ownPod(draft.attempt.revision()) == null) {
      // Without a Pod nothing would tell later that this Secret may exist.
      draft.before(new Action.DeleteSecret(draft.attempt.revision()));
    }
    draft.letGoOfVanished();
    draft.serveNothing();
    draft.servingSince = null;
    draft.attempt = null;
    draft.failures = 0;
    draft.nextAttemptTime = null;
    String message = already ? messageOf(draft, why) : why;
    draft.conditions.set(ConditionType.Ready, false, reason, message);
    draft.conditions.set(ConditionType.UpToDate, false, Reason.Suspended, message);
    draft.conditions.remove(ConditionType.TokenValid);
    if (!already) {
      draft.announce(new SessionEvent.Suspended(reason + ": " + why));
    }
    for (ObservedPod pod : draft.seen.children().ownPods()) {
      if (pod.token() != null && (!already || !pod.terminating())) {
        draft.after(new Action.DeleteSecret(pod.revision()));
      }
    }
    for (ObservedPod pod : draft.seen.children().ownPods()) {
      if (!pod.terminating()) {
        draft.after(new Action.DeletePod(pod.name(), pod.uid()));
      }
    }
    if (!(draft.seen.memory().tokenCall() instanceof TokenCall.None)) {
      draft.after(new Action.ForgetToken());
    }
    return draft.toPlan();
  }

  /** Why it was suspended stays as it was then, whatever activity was reported since. */
  private static String messageOf(PlanBuilder draft, String otherwise) {
    var ready = draft.conditions.get(ConditionType.Ready);
    return ready == null ? otherwise : ready.message();
  }
}
