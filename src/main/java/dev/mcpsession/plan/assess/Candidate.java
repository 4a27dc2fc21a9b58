package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of the Pod of the attempt in progress.
 *
 * @param message why it is stranded or failed; empty otherwise
 * @param wakeAt when time alone changes the state; null if only an event does
 */
public record Candidate(ObservedPod pod, State state, String message, @Nullable Instant wakeAt) {

  /** Decides how the attempt continues. */
  public enum State {
    /** It may still become Ready. */
    STARTING,
    /** It is Ready, and made from the current inputs. */
    READY,
    /** The inputs have changed, or its token is due for renewal. */
    OUTDATED,
    /** It has to leave its node before it has served. */
    STRANDED,
    /** It will not become Ready. */
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
    return new Candidate(pod, State.STARTING, "", WakeUp.earliest(renewal.wakeAt(), end));
  }

  /**
   * Start of the startup timeout; null before the Pod is scheduled. PodScheduled comes from another
   * clock; if that is behind ours, the attempt's start counts, or every attempt would fail.
   */
  private static @Nullable Instant startOf(Attempt attempt, ObservedPod pod) {
    Instant scheduled = pod.scheduledAt();
    return scheduled != null && scheduled.isBefore(attempt.startTime())
        ? attempt.startTime()
        : scheduled;
  }
}
