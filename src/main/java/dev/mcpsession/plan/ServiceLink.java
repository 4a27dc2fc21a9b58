package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.ServiceState;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.FailingWrite;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Maintains the Service. Its selector always follows the status: the revision, or the attempt
 * before the first promotion. It is created before any other child, so that no token is issued if
 * the name is taken.
 */
final class ServiceLink {
  private ServiceLink() {}

  /** Uses the new status. */
  static void plan(Assessment it, PlanBuilder plan) {
    StatusRecord status = plan.status();
    ServiceState state = it.service();
    ObservedService service = state.service();
    int target = target(it.seen(), status);
    if (!state.wanted()) {
      if (service != null && !service.terminating()) {
        plan.add(Phase.SERVICE_REMOVAL, new Action.DeleteService(service.uid()));
      }
    } else if (target != 0 && service == null) {
      make(it, plan, target);
    } else if (target != 0 && service != null && !service.terminating()) {
      point(it, plan, service, target);
    }
  }

  /**
   * The number of the Pod to lead to; 0 for none. A Pod that is not the session's any more, since
   * somebody took its owner reference, has kept its labels.
   */
  private static int target(Observation seen, StatusRecord status) {
    Integer attempted = status.attempt() == null ? null : status.attempt().revision();
    if (status.revision() == 0) {
      return attempted == null ? 0 : attempted;
    }
    boolean disowned = isDisowned(seen, status.revision());
    return disowned && attempted != null ? attempted : status.revision();
  }

  private static boolean isDisowned(Observation seen, int revision) {
    return seen.children().pods().stream()
        .anyMatch(pod -> !pod.owned() && pod.revision() == revision);
  }

  /** A suspended session's Service leads to nothing, not even to a Pod that was taken from it. */
  static void planSuspended(Observation seen, PlanBuilder plan) {
    ObservedService service = seen.children().service();
    if (service != null
        && !service.terminating()
        && service.port() != null
        && service.revision() != null
        && isDisowned(seen, service.revision())) {
      plan.add(
          Phase.SELECTOR,
          new Action.PointService(
              service.resourceVersion(),
              seen.children().highestPodNumber() + 1,
              true,
              service.port()));
    }
  }

  private static void make(Assessment it, PlanBuilder plan, int target) {
    report(it, plan);
    Instant retryAt = it.service().retryAt();
    if (retryAt != null && !it.isDue(retryAt)) {
      plan.wake(retryAt);
      return;
    }
    int port = portOf(it, plan.status(), target, null);
    plan.add(Phase.SERVICE, new Action.CreateService(target, selectsByUid(it, target, null), port));
  }

  /** Reports a problem once, if the condition does not mention it yet. */
  private static void report(Assessment it, PlanBuilder plan) {
    String problem = it.service().problem();
    ObservedConditions said = it.seen().session().conditions();
    if (problem == null) {
      return;
    }
    if (it.service().taken()) {
      if (!said.has(ConditionType.Ready, Reason.NameConflict)) {
        plan.announce(Phase.FINDING, new SessionEvent.NameConflict(problem));
      }
    } else if (!said.says(ConditionType.Ready, problem)) {
      plan.announce(
          Phase.FINDING,
          plan.status().isServing()
              ? new SessionEvent.WriteFailed(FailingWrite.Kind.CREATE_SERVICE, true, problem)
              : new SessionEvent.AttemptFailed(Cause.START, problem));
    }
  }

  private static void point(Assessment it, PlanBuilder plan, ObservedService service, int target) {
    int port = portOf(it, plan.status(), target, service.port());
    boolean byUid = selectsByUid(it, target, service);
    if (!Integer.valueOf(target).equals(service.revision())
        || byUid != service.byUid()
        || !service.labelled()
        || !Integer.valueOf(port).equals(service.port())
        || !Objects.equals(
            it.seen().session().spec().serviceAppProtocol(), service.appProtocol())) {
      plan.add(
          Phase.SELECTOR, new Action.PointService(service.resourceVersion(), target, byUid, port));
    }
  }

  /**
   * A Pod of an earlier version has no label with the uid and is found without, so that an upgrade
   * leaves no moment without endpoints and writes nothing. Where there is no Pod nothing is changed
   * for the uid alone.
   */
  private static boolean selectsByUid(
      Assessment it, int target, @Nullable ObservedService service) {
    ObservedPod pod = it.seen().children().ownPod(target);
    if (pod != null) {
      return pod.carriesUid();
    }
    return service == null
        || !Integer.valueOf(target).equals(service.revision())
        || service.byUid();
  }

  /**
   * A revision keeps the port that it was created with; if its Pod is gone, the Service's port
   * stays.
   */
  private static int portOf(
      Assessment it, StatusRecord status, int target, @Nullable Integer current) {
    ObservedPod pod = it.seen().children().ownPod(target);
    if (pod != null && pod.port() != null) {
      return pod.port();
    }
    return status.revision() != 0 && current != null
        ? current
        : it.seen().session().spec().backendPort();
  }
}
