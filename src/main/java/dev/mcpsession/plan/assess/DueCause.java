package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a new Pod is needed instead of the serving one.
 *
 * @param cause null if the serving Pod is up to date
 * @param wakeAt when time alone gives a cause; null if only an event does
 */
public record DueCause(@Nullable Cause cause, @Nullable Instant wakeAt) {
  /**
   * Delay between a promotion and the next replacement, if the new Pod's node is leaving already.
   */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /**
   * Input of the checks.
   *
   * @param wasStopped whether the revision that served last was stopped, and no suspension did it
   * @param forItsToken whether it was stopped because its token expired, not to be replaced
   */
  private record Facts(
      StatusRecord status,
      boolean wasStopped,
      boolean forItsToken,
      Serving serving,
      @Nullable ObservedPod pod,
      TokenDemand.TokenDue renewal,
      Inputs wanted,
      boolean slotFree,
      Instant now) {

    /**
     * When to move a Pod whose node is leaving; null if it is not. A promotion is shown first, as
     * no event follows it.
     */
    @Nullable Instant moveAt() {
      Instant since = status.servingSince();
      return pod == null || pod.leaving() == null
          ? null
          : since == null ? now : since.plus(SETTLING);
    }
  }

  /** One reason to replace; null if it does not apply. */
  private interface Check {
    @Nullable Cause examine(Facts facts);
  }

  /**
   * In order; the first that applies. Renewals need no slot, so they come first if none is free.
   */
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
   * The first cause that applies.
   *
   * @param expired whether the backend is stopped now because its token expired
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
            expired
                || !seen.session().spec().recreates()
                || seen.session().conditions().has(ConditionType.TokenValid, Reason.Expired),
            serving,
            pod,
            pod == null ? TokenDemand.TokenDue.NEVER : tokens.renewalOf(pod, status.servingSince()),
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
    return new DueCause(null, WakeUp.earliest(facts.renewal().wakeAt(), facts.moveAt()));
  }

  /**
   * When a Pod that serves is moved off the node that it has to leave; null if it may stay.
   *
   * @param servingSince when it was promoted
   */
  public static @Nullable Instant moveAt(ObservedPod pod, Instant servingSince) {
    return pod.leaving() == null ? null : servingSince.plus(SETTLING);
  }

  private static @Nullable Cause nothingServes(Facts facts) {
    if (facts.status().isServing()) {
      return null;
    }
    if (facts.status().servingSince() != null) {
      return Cause.BACKEND;
    }
    return !facts.wasStopped() ? Cause.START : facts.forItsToken() ? Cause.TOKEN : Cause.BACKEND;
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
   * The cause with which an attempt, in progress or waiting, continues; null if it is no longer
   * needed. If nothing serves any more, a planned replacement becomes urgent.
   */
  @Nullable Cause stillFor(Cause begun, boolean serving) {
    return serving ? cause : begun.isLimited() ? Cause.BACKEND : begun;
  }
}
