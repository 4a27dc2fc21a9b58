package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the Pod of the attempt that goes on fares.
 *
 * @param message why it is stranded or failed; empty else
 * @param wakeAt when time alone changes that; null when only an event does
 */
public record Candidate(ObservedPod pod, State state, String message, @Nullable Instant wakeAt) {

  /** What becomes of it. */
  public enum State {
    /** It may still become ready. */
    STARTING,
    /** It is ready, and made from what is wanted now. */
    READY,
    /** What is wanted has changed since it was made. */
    OUTDATED,
    /** It has to leave its node before it has served. */
    STRANDED,
    /** It will not become ready. */
    FAILED
  }

  static Candidate of(
      ObservedPod pod,
      Attempt attempt,
      Duration startupTimeout,
      Inputs wanted,
      TokenDemand tokens,
      Instant now) {
    String trouble = pod.trouble().isEmpty() ? "" : ": " + pod.trouble();
    String name = "Pod " + pod.name();
    if (pod.terminating() && !pod.ended() && pod.leaving() != null) {
      return new Candidate(pod, State.STRANDED, name + " is being deleted, " + pod.leaving(), null);
    }
    if (!pod.isLive()) {
      String how = pod.terminating() ? " is being deleted" : " ended" + trouble;
      return new Candidate(pod, State.FAILED, name + how, null);
    }
    if (!pod.isOfTemplate(wanted) || !pod.isOfRestart(wanted)) {
      return new Candidate(pod, State.OUTDATED, "", null);
    }
    TokenDemand.TokenDue renewal = tokens.renewalOf(pod);
    if (renewal.due()) {
      return new Candidate(pod, State.OUTDATED, "", renewal.wakeAt());
    }
    if (attempt.cause() == Cause.NODE && pod.leaving() != null) {
      return new Candidate(
          pod, State.STRANDED, name + " cannot stay, " + pod.leaving(), renewal.wakeAt());
    }
    if (pod.ready()) {
      return new Candidate(pod, State.READY, "", renewal.wakeAt());
    }
    Instant since = startOf(attempt, pod);
    Instant end = since == null ? null : since.plus(startupTimeout);
    if (end != null && !now.isBefore(end)) {
      String late = " was not ready within " + startupTimeout.toSeconds() + " s" + trouble;
      return new Candidate(pod, State.FAILED, name + late, renewal.wakeAt());
    }
    return new Candidate(pod, State.STARTING, "", Wake.earliest(renewal.wakeAt(), end));
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
