package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.timing.RetryPolicy;
import dev.mcpsession.resources.Inputs;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Service, whose selector always follows the status: the revision, before the first
 * promotion the attempt. It is made before anything else of a session, so that no token is issued
 * for a name that is taken.
 */
final class ServiceLink {
  private final PlanBuilder draft;
  private final @Nullable ObservedService service;
  private final boolean wanted;
  private final @Nullable String problem;
  private final boolean taken;
  private final @Nullable Instant retryAt;

  ServiceLink(PlanBuilder draft) {
    this.draft = draft;
    this.service = draft.seen.children().service();
    this.wanted = draft.seen.session().spec().wantsService();
    String uid = draft.seen.session().uid();
    boolean missing = wanted && service == null;
    if (missing
        && draft.seen.memory().serviceRejection()
            instanceof ApiRejection.Taken(String what, String owner, int inARow, Instant at)) {
      taken = true;
      problem = what + " belongs to " + owner + "; delete it, or give the session another name";
      retryAt = at.plus(RetryPolicy.delay(inARow, uid));
    } else if (missing
        && draft.seen.memory().serviceRejection()
            instanceof
            ApiRejection.Refused(
                String what,
                String message,
                boolean invalid,
                int inARow,
                Instant at)) {
      taken = false;
      problem = what + " was refused: " + message;
      retryAt = at.plus(RetryPolicy.delay(inARow, uid));
    } else {
      taken = false;
      problem = null;
      retryAt = null;
    }
  }

  /** Why there is no Service, for the user; null when nothing stands in its way. */
  @Nullable String problem() {
    return problem;
  }

  /** The problem is that another owner has the name. */
  boolean isTaken() {
    return taken;
  }

  /** Whether a session that does not serve yet may be started. */
  boolean allowsStart() {
    return problem == null && !(wanted && service != null && service.terminating());
  }

  /** Notes the start that has to wait, so that it is still known as one when its time comes. */
  void holdStart(Inputs wanted) {
    if (draft.attempt == null) {
      int number = 1 + Math.max(draft.revision, draft.seen.children().highestPodNumber());
      draft.attempt = new Attempt(number, Cause.START, draft.now, wanted.hash());
    }
  }

  void plan() {
    int target =
        draft.revision != 0 ? draft.revision : draft.attempt == null ? 0 : draft.attempt.revision();
    if (!wanted) {
      if (service != null && !service.terminating()) {
        draft.after(new Action.DeleteService(service.uid()));
      }
    } else if (target != 0 && service == null) {
      make(target);
    } else if (target != 0 && service != null && !service.terminating()) {
      point(service, target);
    }
  }

  private void make(int target) {
    if (problem != null
        && taken
        && !draft.conditions.has(ConditionType.Ready, Reason.NameConflict)) {
      draft.announce(new SessionEvent.NameConflict(problem));
    } else if (problem != null && !taken && draft.podName == null && !isReported(problem)) {
      draft.announce(new SessionEvent.AttemptFailed(Cause.START, problem));
    }
    if (retryAt != null && !draft.isDue(retryAt)) {
      draft.wake(retryAt);
      return;
    }
    draft.first(new Action.CreateService(target, portOf(target, null)));
  }

  private boolean isReported(String words) {
    return draft.conditions.says(ConditionType.Ready, words);
  }

  private void point(ObservedService service, int target) {
    int port = portOf(target, service.port());
    if (!Integer.valueOf(target).equals(service.revision())
        || !Integer.valueOf(port).equals(service.port())) {
      draft.rightAfter(new Action.PointService(service.resourceVersion(), target, port));
    }
  }

  /**
   * A revision keeps the port that it was made with; one whose Pod is gone leaves the Service as it
   * is.
   */
  private int portOf(int target, @Nullable Integer current) {
    ObservedPod pod = draft.seen.children().ownPod(target);
    if (pod != null && pod.port() != null) {
      return pod.port();
    }
    return draft.revision != 0 && current != null
        ? current
        : draft.seen.session().spec().backendPort();
  }
}
