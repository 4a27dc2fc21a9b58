package dev.mcpsession.explain;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionPlanner;
import dev.mcpsession.plan.assess.FormerPods;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the planner decides now, and at each instant at which it requests a requeue, if nothing
 * changes until then.
 *
 * @param queued whether a replacement is due and only waits for a slot
 * @param next up to the first step that does more than write the status
 */
record Forecast(Step now, boolean queued, List<Step> next) {
  /** Maximum of steps: some requeues only change a count or a condition. */
  private static final int STEPS = 5;

  private static final Duration SUPPOSED_LIFE = Duration.ofHours(1);

  /**
   * What is decided at one instant.
   *
   * @param seen what the decision is based on
   * @param plan without actions of earlier steps
   * @param withToken what follows once the token that the plan requests is there; null if it
   *     requests none
   * @param onceGone what follows once the Pods are gone that the next one waits for; null if it
   *     waits for none, and of later steps
   */
  record Step(
      Instant at, Observation seen, Plan plan, @Nullable Plan withToken, @Nullable Plan onceGone) {
    boolean isMoreThanStatus() {
      return plan.actions().stream()
          .anyMatch(
              action ->
                  !(action instanceof Action.WriteStatus)
                      && !(action instanceof Action.ForgetToken)
                      && !(action instanceof Action.ForgetRejection));
    }
  }

  static Forecast of(Observation seen, Instant now) {
    Plan free = SessionPlanner.plan(seen, now);
    Observation full = seen.withoutFreeSlot();
    boolean begins = seen.session().status() != null && seen.session().status().attempt() == null;
    boolean queued =
        begins
            && free.slot() == Plan.Slot.HELD
            && SessionPlanner.plan(full, now).actions().isEmpty();
    Observation current = queued ? full : seen;
    Step first = step(current, now, List.of(), true);
    List<Step> next = new ArrayList<>();
    Step last = first;
    List<Action> done = new ArrayList<>(first.plan().actions());
    while (next.size() < STEPS
        && last.plan().wakeAt() != null
        && (next.isEmpty() || !last.isMoreThanStatus())) {
      Instant at = last.plan().wakeAt();
      current = current.with(last.plan().status());
      last = step(current, at, done, false);
      next.add(last);
    }
    return new Forecast(first, queued, List.copyOf(next));
  }

  private static Step step(Observation seen, Instant at, List<Action> done, boolean first) {
    Plan plan = without(done, SessionPlanner.plan(seen, at));
    boolean asks = plan.actions().stream().anyMatch(Action.ObtainToken.class::isInstance);
    return new Step(
        at,
        seen,
        plan,
        asks ? without(plan.actions(), withToken(seen.with(plan.status()), at)) : null,
        first ? onceGone(seen, plan, at) : null);
  }

  /** The operator has the token in hand by then, if the Pod needs one. */
  private static @Nullable Plan onceGone(Observation seen, Plan plan, Instant at) {
    return FormerPods.of(seen, StatusRecord.of(plan.status(), at), at) == null
        ? null
        : without(plan.actions(), withToken(seen.with(plan.status()).withoutOwnPods(), at));
  }

  /** Omits actions of earlier steps, except writes of the status, which differ each time. */
  private static Plan without(List<Action> done, Plan plan) {
    return new Plan(
        plan.actions().stream()
            .filter(action -> action instanceof Action.WriteStatus || !done.contains(action))
            .toList(),
        plan.status(),
        plan.wakeAt(),
        plan.slot());
  }

  /** The plan once there is a token, assumed to live as long as the previous one. */
  private static Plan withToken(Observation seen, Instant at) {
    McpSessionStatus status = seen.session().status();
    ObservedPod serving =
        status == null || status.revision() == null
            ? null
            : seen.children().ownPod(status.revision());
    TokenInfo old = serving == null ? null : serving.token();
    Duration life =
        old == null || old.expiresAt() == null
            ? SUPPOSED_LIFE
            : Duration.between(old.obtainedAt(), old.expiresAt());
    TokenInfo supposed =
        seen.source() instanceof SourceState.Available(String version, Instant expiresAt)
            ? new TokenInfo(at, expiresAt, version)
            : new TokenInfo(at, at.plus(life), null);
    return SessionPlanner.plan(seen.with(supposed), at);
  }
}
