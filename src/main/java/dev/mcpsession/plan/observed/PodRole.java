package dev.mcpsession.plan.observed;

import org.jspecify.annotations.Nullable;

/** A Pod's role in its session, which follows from its number and the status alone. */
public enum PodRole {
  /** Serves, or served last: a Pod that ended is kept for its logs until the next promotion. */
  SERVING,
  /** Belongs to the attempt in progress. */
  CANDIDATE,
  /** Served before; is deleted once it has drained. */
  RETIRED,
  /** Not named by the status; is deleted. */
  STRAY,
  /** Has another owner: only its number matters. */
  FOREIGN;

  /**
   * The role of one Pod.
   *
   * @param revision of the status
   * @param serving whether that revision serves or served last, and was not stopped
   * @param attempt number of the attempt in progress; null without one
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
}
