package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why another Pod is wanted than the one that serves. */
final class DueCause {
  /** From a promotion to the move that follows where its node is leaving already. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final PlanBuilder draft;
  private final Observation seen;
  private final Inputs wanted;
  private final Serving serving;
  private final TokenDemand tokens;

  DueCause(PlanBuilder draft, Inputs wanted, Serving serving, TokenDemand tokens) {
    this.draft = draft;
    this.seen = draft.seen;
    this.wanted = wanted;
    this.serving = serving;
    this.tokens = tokens;
  }

  /**
   * The first cause that applies, but a token waits for no place; null when what serves is what is
   * wanted.
   */
  @Nullable Cause now() {
    if (draft.podName == null) {
      boolean hadBackend = draft.servingSince != null;
      boolean stopped =
          draft.expired != null || (draft.revision != 0 && !StatusConditions.saysSuspended(draft));
      return hadBackend ? Cause.BACKEND : stopped ? Cause.TOKEN : Cause.START;
    }
    if (serving instanceof Serving.NotReady notReady && notReady.overdue()) {
      return Cause.BACKEND;
    }
    ObservedPod pod = seen.children().ownPod(draft.revision);
    if (pod == null) {
      return null;
    }
    boolean tokenDue = tokens.isReplacementDue(pod);
    if (tokenDue && !seen.shared().slotFree()) {
      return Cause.TOKEN;
    }
    if (!pod.isOfTemplate(wanted)) {
      return Cause.TEMPLATE;
    }
    if (!pod.isOfRestart(wanted)) {
      return Cause.RESTART;
    }
    return tokenDue ? Cause.TOKEN : isMoveDue(pod) ? Cause.NODE : null;
  }

  /** What was promoted on a node that leaves is shown first: no event follows a promotion. */
  private boolean isMoveDue(ObservedPod pod) {
    if (pod.leaving() == null) {
      return false;
    }
    Instant settled = draft.servingSince == null ? draft.now : draft.servingSince.plus(SETTLING);
    draft.wake(settled);
    return draft.isDue(settled);
  }

  /**
   * For the attempt that was begun, or waits, for this cause; null when it is not wanted any more.
   */
  @Nullable Cause stillFor(Cause begun) {
    return draft.podName == null ? urgent(begun) : now();
  }

  /** Where nothing serves any more, a replacement that was planned has become urgent. */
  private static Cause urgent(Cause cause) {
    return cause.isLimited() ? Cause.BACKEND : cause;
  }
}
