package dev.mcpsession.plan.assess;

import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** State of the revision that the status names as serving. */
public sealed interface Serving {
  /** The status names none. */
  record Nothing() implements Serving {}

  record Ready(ObservedPod pod) implements Serving {}

  /**
   * It is live but not Ready.
   *
   * @param overdueAt when that has lasted for the startup timeout
   * @param overdue whether that time has come
   */
  record NotReady(ObservedPod pod, Instant overdueAt, boolean overdue) implements Serving {}

  /**
   * It ended, vanished or is being deleted, and will not serve again.
   *
   * @param vanished whether it is missing in the cache
   * @param byItself whether its containers exited and nobody deleted it
   * @param soon whether it served for less than {@link RetryPolicy#FORGIVEN_AFTER}
   */
  record Gone(String podName, String message, boolean vanished, boolean byItself, boolean soon)
      implements Serving {}

  /** When time alone changes this; null if only an event does. */
  default @Nullable Instant wakeAt() {
    return this instanceof NotReady notReady && !notReady.overdue() ? notReady.overdueAt() : null;
  }

  /**
   * Whether the backend is gone for another reason than exiting soon, so that no backoff is needed.
   */
  default boolean isLostUnexpectedly() {
    return this instanceof Gone gone && !(gone.byItself() && gone.soon());
  }

  static Serving of(StatusRecord status, Observation seen, Instant now) {
    if (status.podName() == null) {
      return new Nothing();
    }
    ObservedPod pod = seen.children().ownPod(status.revision());
    if (pod == null || !pod.isLive()) {
      boolean disowned =
          seen.children().pods().stream()
              .anyMatch(other -> !other.owned() && other.name().equals(status.podName()));
      return gone(status.podName(), status.servingSince(), pod, disowned, now);
    }
    if (pod.ready()) {
      return new Ready(pod);
    }
    Instant since = later(pod.readyChangedAt(), status.servingSince());
    Instant overdue = (since == null ? now : since).plus(seen.session().spec().startupTimeout());
    return new NotReady(pod, overdue, !now.isBefore(overdue));
  }

  private static Gone gone(
      String name,
      @Nullable Instant servingSince,
      @Nullable ObservedPod pod,
      boolean disowned,
      Instant now) {
    String how =
        pod == null
            ? disowned
                ? " lost its owner reference, and is not the session's any more"
                : " vanished"
            : pod.terminating()
                ? " is being deleted"
                : " ended" + (pod.trouble().isEmpty() ? "" : ": " + pod.troubleToShow());
    return new Gone(
        name,
        "Pod " + name + how,
        pod == null,
        pod != null && pod.ended() && !pod.terminating(),
        servingSince != null && now.isBefore(servingSince.plus(RetryPolicy.FORGIVEN_AFTER)));
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    return a == null || (b != null && b.isAfter(a)) ? b : a;
  }
}
