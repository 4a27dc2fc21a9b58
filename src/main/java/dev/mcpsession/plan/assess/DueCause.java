package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why another Pod is wanted than the one that serves.
 *
 * @param cause null when what serves is what is wanted
 * @param wakeAt when time alone gives a cause; null when only an event does
 */
public record DueCause(@Nullable Cause cause, @Nullable Instant wakeAt) {
  /** From a promotion to the move that follows where its node is leaving already. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /** What the checks look at. */
  private record Facts(
      StatusRecord status,
      boolean wasStopped,
      Serving serving,
      @Nullable ObservedPod pod,
      TokenDemand.TokenDue renewal,
      Inputs wanted,
      boolean slotFree,
      Instant now) {

    /** What was promoted on a node that leaves is shown first: no event follows a promotion. */
    @Nullable Instant moveAt() {
      return pod == null || pod.leaving() == null
          ? null
          : status.servingSince() == null ? now : status.servingSince().plus(SETTLING);
    }
  }

  /** One reason to replace; null where it does not apply. */
  private interface Check {
    @Nullable Cause examine(Facts facts);
  }

  /** The first that applies. A token waits for no slot, and so comes first where none is free. */
  private static final List<Check> CHECKS =
      List.of(
          DueCause::nothingServes,
          DueCause::notReadyForTooLong,
          DueCause::tokenWhileNoSlotIsFree,
          DueCause::otherTemplate,
          DueCause::otherRestart,
          DueCause::token,
          DueCause::leavingNode);

  /**
   * Examines what serves.
   *
   * @param expired what served was stopped just now for its expired token
   */
  static DueCause of(
      StatusRecord status,
      boolean expired,
      Serving serving,
      TokenDemand tokens,
      Inputs wanted,
      Observation seen,
      Instant now) {
    ObservedPod pod = status.isServing() ? seen.children().ownPod(status.revision()) : null;
    boolean stopped =
        expired || (status.revision() != 0 && !seen.session().conditions().saySuspended());
    Facts facts =
        new Facts(
            status,
            stopped,
            serving,
            pod,
            pod == null ? TokenDemand.TokenDue.NEVER : tokens.renewalOf(pod),
            wanted,
            seen.shared().slotFree(),
            now);
    for (Check check : CHECKS) {
      Cause cause = check.examine(facts);
      if (cause != null) {
        boolean atOnce = cause == Cause.BACKEND || !status.isServing();
        return new DueCause(cause, atOnce ? null : facts.renewal().wakeAt());
      }
    }
    return new DueCause(null, Wake.earliest(facts.renewal().wakeAt(), facts.moveAt()));
  }

  private static @Nullable Cause nothingServes(Facts facts) {
    if (facts.status().isServing()) {
      return null;
    }
    boolean hadBackend = facts.status().servingSince() != null;
    return hadBackend ? Cause.BACKEND : facts.wasStopped() ? Cause.TOKEN : Cause.START;
  }

  private static @Nullable Cause notReadyForTooLong(Facts facts) {
    return facts.serving() instanceof Serving.NotReady notReady && notReady.overdue()
        ? Cause.BACKEND
        : null;
  }

  private static @Nullable Cause tokenWhileNoSlotIsFree(Facts facts) {
    return facts.slotFree() ? null : token(facts);
  }

  private static @Nullable Cause otherTemplate(Facts facts) {
    return facts.pod() != null && !facts.pod().isOfTemplate(facts.wanted()) ? Cause.TEMPLATE : null;
  }

  private static @Nullable Cause otherRestart(Facts facts) {
    return facts.pod() != null && !facts.pod().isOfRestart(facts.wanted()) ? Cause.RESTART : null;
  }

  private static @Nullable Cause token(Facts facts) {
    return facts.renewal().due() ? Cause.TOKEN : null;
  }

  private static @Nullable Cause leavingNode(Facts facts) {
    Instant moveAt = facts.moveAt();
    return moveAt != null && !facts.now().isBefore(moveAt) ? Cause.NODE : null;
  }

  /**
   * For the attempt that was begun, or waits, for this cause; null when it is not wanted any more.
   * Where nothing serves any more, a replacement that was planned has become urgent.
   */
  @Nullable Cause stillFor(Cause begun, boolean serving) {
    return serving ? cause : begun.isLimited() ? Cause.BACKEND : begun;
  }
}
