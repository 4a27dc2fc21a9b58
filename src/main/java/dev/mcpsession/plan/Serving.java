package dev.mcpsession.plan;

import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the revision that status names as serving fares. */
sealed interface Serving {
  /** Status names none. */
  record Nothing() implements Serving {}

  record Ready(ObservedPod pod) implements Serving {}

  /** It lives and is not ready; {@code overdue} once that lasted for the startup timeout. */
  record NotReady(ObservedPod pod, boolean overdue) implements Serving {}

  /**
   * It ended, vanished or is being deleted, and will not serve again.
   *
   * @param byItself its containers ended, nobody deleted it
   * @param soon it served for less than what forgives failures
   */
  record Gone(String message, boolean byItself, boolean soon) implements Serving {}

  /** Judges, and takes what is gone out of the draft's status. */
  static Serving of(PlanBuilder draft) {
    if (draft.podName == null) {
      return new Nothing();
    }
    ObservedPod pod = draft.seen.children().ownPod(draft.revision);
    if (pod == null || !pod.isLive()) {
      return gone(draft, draft.podName, pod);
    }
    draft.showEndpoint(pod);
    if (pod.ready()) {
      return new Ready(pod);
    }
    Instant since = later(pod.readyChangedAt(), draft.servingSince);
    Instant overdue =
        (since == null ? draft.now : since).plus(draft.seen.session().spec().startupTimeout());
    draft.wake(draft.isDue(overdue) ? null : overdue);
    return new NotReady(pod, draft.isDue(overdue));
  }

  private static Serving gone(PlanBuilder draft, String name, @Nullable ObservedPod pod) {
    if (pod == null) {
      draft.before(new Action.ConfirmPodGone(name));
    }
    Instant servingSince = draft.servingSince;
    boolean soon =
        servingSince != null && draft.now.isBefore(servingSince.plus(RetryPolicy.FORGIVEN_AFTER));
    String message =
        "Pod "
            + name
            + (pod == null
                ? " vanished"
                : pod.terminating()
                    ? " is being deleted"
                    : " ended" + (pod.trouble().isEmpty() ? "" : ": " + pod.trouble()));
    draft.serveNothing();
    draft.announce(new SessionEvent.BackendExited(message));
    return new Gone(message, pod != null && pod.ended() && !pod.terminating(), soon);
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    return a == null || (b != null && b.isAfter(a)) ? b : a;
  }
}
