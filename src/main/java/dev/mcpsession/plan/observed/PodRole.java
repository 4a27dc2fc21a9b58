package dev.mcpsession.plan.observed;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import org.jspecify.annotations.Nullable;

/** What a Pod is to its session: that follows from its number and the status alone. */
public enum PodRole {
  /** Serves, or served last: what ended stays for its logs until another is promoted. */
  SERVING,
  /** Of the attempt that goes on. */
  CANDIDATE,
  /** Served before, and goes once it has drained. */
  RETIRED,
  /** Named by no status, and removed. */
  STRAY,
  /** Of another owner: only its number is of interest. */
  FOREIGN;

  /**
   * The role of one Pod.
   *
   * @param serving whether that revision serves or served last, and was not stopped
   * @param attempt number of the attempt that goes on; null without one
   */
  public static PodRole of(
      ObservedPod pod, int revision, boolean serving, @Nullable Integer attempt) {
    if (!pod.owned()) {
      return FOREIGN;
    }
    if (attempt != null && attempt == pod.revision()) {
      return CANDIDATE;
    }
    if (serving && revision == pod.revision()) {
      return SERVING;
    }
    return pod.revision() < revision ? RETIRED : STRAY;
  }

  /** As the status stands that was observed. */
  public static PodRole of(ObservedPod pod, Observation seen) {
    McpSessionStatus status = seen.session().status();
    if (status == null) {
      return of(pod, 0, false, null);
    }
    Attempt attempt = status.attempt();
    return of(
        pod,
        status.revision() == null ? 0 : status.revision(),
        status.servingSince() != null,
        attempt == null || status.nextAttemptTime() != null ? null : attempt.revision());
  }
}
