package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the Pod of the attempt fares. */
sealed interface Candidate {
  /** It may still become ready; the draft wakes when its time is over. */
  record Starting() implements Candidate {}

  /** It is ready, and made from what is wanted now. */
  record Ready() implements Candidate {}

  /** What is wanted has changed since it was made. */
  record Outdated() implements Candidate {}

  /** It has to leave its node before it has served; the message says why. */
  record Stranded(String message) implements Candidate {}

  /** It will not become ready; the message says why. */
  record Failed(String message) implements Candidate {}

  static Candidate of(
      PlanBuilder draft, Inputs wanted, TokenDemand tokens, Attempt attempt, ObservedPod pod) {
    String trouble = pod.trouble().isEmpty() ? "" : ": " + pod.trouble();
    if (pod.terminating() && !pod.ended() && pod.leaving() != null) {
      return new Stranded("Pod " + pod.name() + " is being deleted, " + pod.leaving());
    }
    if (!pod.isLive()) {
      String how = pod.terminating() ? " is being deleted" : " ended" + trouble;
      return new Failed("Pod " + pod.name() + how);
    }
    if (isOutdated(wanted, tokens, pod)) {
      return new Outdated();
    }
    if (attempt.cause() == Cause.NODE && pod.leaving() != null) {
      return new Stranded("Pod " + pod.name() + " cannot stay, " + pod.leaving());
    }
    if (pod.ready()) {
      return new Ready();
    }
    Instant since = startOf(attempt, pod);
    Duration timeout = draft.seen.session().spec().startupTimeout();
    if (since != null && draft.isDue(since.plus(timeout))) {
      return new Failed(
          "Pod " + pod.name() + " was not ready within " + timeout.toSeconds() + " s" + trouble);
    }
    draft.wake(since == null ? null : since.plus(timeout));
    return new Starting();
  }

  private static boolean isOutdated(Inputs wanted, TokenDemand tokens, ObservedPod pod) {
    return !pod.isOfTemplate(wanted) || !pod.isOfRestart(wanted) || tokens.isReplacementDue(pod);
  }

  /**
   * When its startup timeout begins; null before it is scheduled. That instant is from another
   * clock: one that is behind ours must not fail every attempt, and no Pod is scheduled before its
   * attempt begins.
   */
  private static @Nullable Instant startOf(Attempt attempt, ObservedPod pod) {
    Instant scheduled = pod.scheduledAt();
    return scheduled != null && scheduled.isBefore(attempt.startTime())
        ? attempt.startTime()
        : scheduled;
  }
}
