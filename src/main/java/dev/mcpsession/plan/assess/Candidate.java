package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.TokenInfo;
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
    /** The inputs have changed, or a better token than its own is to be had. */
    OUTDATED,
    /** It has to leave its node before it has served. */
    STRANDED,
    /** It will not become Ready. */
    FAILED
  }

  /** From a promotion with a token that is due to the renewal, for which no event wakes. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /** How many numbers after the serving revision may be given up for a newer token. */
  private static final int RENEWALS_IN_A_ROW = 2;

  static Candidate of(
      ObservedPod pod,
      Attempt attempt,
      Duration startupTimeout,
      Inputs wanted,
      TokenDemand tokens,
      StatusRecord status,
      Instant now) {
    String trouble = pod.lastTrouble().isEmpty() ? "" : ": " + pod.lastTrouble();
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
    boolean stranded = attempt.cause() == Cause.NODE && pod.leaving() != null;
    TokenDemand.TokenDue renewal = tokens.renewalOf(pod);
    Instant tokenAt = renewal.wakeAt();
    TokenInfo token = pod.token();
    if (renewal.due() && token != null) {
      boolean expired = token.isExpired(now);
      if (!expired && !stranded && pod.ready() && isBetterThanWhatServes(token, status)) {
        return new Candidate(pod, State.READY, "", now.plus(SETTLING));
      }
      boolean another = expired || tokens.sourceMoved(token) || waitedForItsNode(pod, token, now);
      if (another && attempt.revision() - status.revision() <= RENEWALS_IN_A_ROW) {
        return new Candidate(pod, State.OUTDATED, "", null);
      }
      if (expired) {
        String late = "'s token expired at " + token.expiresAt() + " before it could serve";
        return new Candidate(pod, State.FAILED, name + late + trouble, null);
      }
      tokenAt = pod.ready() ? now.plus(SETTLING) : token.expiresAt();
    }
    if (stranded) {
      return new Candidate(pod, State.STRANDED, name + " cannot stay, " + pod.leaving(), tokenAt);
    }
    if (pod.ready()) {
      return new Candidate(pod, State.READY, "", tokenAt);
    }
    StartupLimit limit = StartupLimit.of(pod, attempt, startupTimeout);
    if (limit.end() != null && !now.isBefore(limit.end())) {
      String late = " was not ready within " + limit.length().toSeconds() + " s" + trouble;
      return new Candidate(pod, State.FAILED, name + late, tokenAt);
    }
    Instant toldAt = limit.isTold(now) ? null : limit.toldAt();
    return new Candidate(
        pod, State.STARTING, "", WakeUp.earliest(tokenAt, WakeUp.earliest(limit.end(), toldAt)));
  }

  /** Whether nothing serves, or what serves expires earlier. */
  private static boolean isBetterThanWhatServes(TokenInfo token, StatusRecord status) {
    Instant serves = status.tokenExpirationTime();
    return !status.isServing()
        || (serves != null && (token.expiresAt() == null || serves.isBefore(token.expiresAt())));
  }

  /**
   * Whether the token's time went by before the Pod was scheduled. If not, the next one would take
   * as long to become Ready, and its token would be due by then as well.
   */
  private static boolean waitedForItsNode(ObservedPod pod, TokenInfo token, Instant now) {
    Instant scheduled = pod.scheduledAt();
    return scheduled == null
        || Duration.between(token.obtainedAt(), scheduled)
                .compareTo(Duration.between(scheduled, now))
            > 0;
  }
}
