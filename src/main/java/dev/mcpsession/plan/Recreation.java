package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.FormerPods;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.LostPod;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedPod;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a session with replacement Recreate, which never has two Pods: every other Pod is
 * gone before one is made, and what serves is stopped only once the next one has a token and a
 * place.
 */
final class Recreation {
  private Recreation() {}

  /**
   * What is said of a session that serves nothing, as its replacement goes on.
   *
   * @param ready reason of Ready
   * @param upToDate reason of UpToDate
   */
  record Words(Reason ready, Reason upToDate, String message) {}

  /** Whether the attempt has to wait until other Pods are gone. */
  static boolean waits(Assessment it, PlanBuilder plan) {
    FormerPods former = FormerPods.of(it.seen(), plan.status(), it.now());
    if (former == null) {
      return false;
    }
    plan.wake(former.overdueAt());
    return true;
  }

  /**
   * Before a Pod is made: no cache shows a Pod that lost its labels, and one that is being deleted
   * is not given them back.
   */
  static void confirmAlone(Assessment it, PlanBuilder plan, int number) {
    if (!it.seen().session().spec().recreates()) {
      return;
    }
    String session = it.seen().session().key().name();
    Set<String> names = new LinkedHashSet<>();
    for (int earlier : new int[] {plan.status().revision(), number - 1}) {
      if (earlier > 0) {
        names.add(Names.child(session, earlier));
      }
    }
    it.seen().memory().lostPods().stream().map(LostPod::name).forEach(names::add);
    names.remove(Names.child(session, number));
    names.forEach(name -> plan.add(Phase.CREATION, new Action.ConfirmPodGone(name)));
  }

  /** Added to why an attempt failed, if what served was stopped for it; empty if not. */
  static String whatFailureMeans(Assessment it, StatusRecord status, Cause cause) {
    boolean stopped =
        it.seen().session().spec().recreates()
            && !status.isServing()
            && status.servingSince() == null
            && status.revision() != 0
            && cause != Cause.START
            && !it.seen().session().conditions().has(ConditionType.TokenValid, Reason.Expired);
    return stopped
        ? "; revision "
            + status.revision()
            + " was stopped for it (replacement: Recreate), and nothing serves until an attempt"
            + " succeeds"
        : "";
  }

  /**
   * What Ready and UpToDate say meanwhile; null if what is said of any start is to be said.
   *
   * @param exited whether Ready is to tell of the exit of what served
   * @param trouble of the attempt's Pod; gives an empty text without
   */
  static @Nullable Words words(
      Assessment it, StatusRecord status, boolean exited, Supplier<String> trouble) {
    Attempt attempt = status.attempt();
    if (!it.seen().session().spec().recreates() || attempt == null || !status.isAttempting()) {
      return null;
    }
    FormerPods former = FormerPods.of(it.seen(), status, it.now());
    boolean start = attempt.cause() == Cause.START;
    Reason ready = start ? Reason.Starting : Reason.Recreating;
    Reason upToDate = start ? Reason.Starting : Reason.Replacing;
    String what = "revision " + attempt.revision() + " (" + attempt.cause().label() + ") ";
    if (former != null) {
      return former.overdue()
          ? new Words(ready, upToDate, what + "waits: " + overdue(it.seen(), former))
          : exited ? null : new Words(ready, upToDate, what + awaited(former));
    }
    ObservedConditions said = it.seen().session().conditions();
    return start || exited || !said.has(ConditionType.Ready, Reason.Recreating)
        ? null
        : new Words(ready, upToDate, what + starting(trouble.get()));
  }

  private static String starting(String trouble) {
    return "is starting" + (trouble.isEmpty() ? "" : ": " + trouble);
  }

  private static String awaited(FormerPods former) {
    boolean one = former.pods().size() == 1;
    return "is made once "
        + names(former)
        + (one ? " is gone, which has " : " are gone, which have ")
        + former.graceSeconds()
        + " s to stop (replacement: Recreate)";
  }

  /** That Pods are still there long after their time, and what helps. */
  static String overdue(Observation seen, FormerPods former) {
    String pods =
        former.pods().stream().map(ObservedPod::name).collect(Collectors.joining(" "))
            + " -n "
            + seen.session().key().namespace();
    return names(former)
        + " should have been gone at "
        + former.dueAt()
        + "; see with kubectl describe pod "
        + pods
        + " whether the node is ready and what finalizers wait for; only if the node is gone for"
        + " good: kubectl delete pod "
        + pods
        + " --force";
  }

  private static String names(FormerPods former) {
    return (former.pods().size() == 1 ? "Pod " : "Pods ")
        + former.pods().stream().map(ObservedPod::name).collect(Collectors.joining(" and "));
  }
}
