package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionPlanner;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionMemories;
import dev.mcpsession.reconcile.memory.SessionMemory;
import dev.mcpsession.reconcile.write.StepOutcome;
import dev.mcpsession.retry.ExponentialBackoff;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JOSDK adapter: observe, plan, apply, and set the timer. Never rethrows: every fault ends in
 * another look.
 */
public final class SessionReconciler implements Reconciler<McpSession> {
  private static final Logger log = LoggerFactory.getLogger(SessionReconciler.class);

  /** Plans made in a row before other sessions get their turn. */
  private static final int ROUNDS = 8;

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofMillis(100), Duration.ofSeconds(30));

  private final SessionObserver observer;
  private final PlanApplier applier;
  private final SessionMemories memories;
  private final ReplacementSlots slots;
  private final SessionMetrics metrics;
  private final InstantSource clock;
  private final WriteGate gate;
  private final BiConsumer<SessionKey, Instant> wakeUp;
  private final Function<EventSourceContext<McpSession>, List<EventSource<?, McpSession>>>
      eventSources;

  /**
   * @param wakeUp sets the session's timer
   * @param eventSources what besides the session itself causes a reconcile
   */
  public SessionReconciler(
      SessionObserver observer,
      PlanApplier applier,
      SessionMemories memories,
      ReplacementSlots slots,
      SessionMetrics metrics,
      InstantSource clock,
      WriteGate gate,
      BiConsumer<SessionKey, Instant> wakeUp,
      Function<EventSourceContext<McpSession>, List<EventSource<?, McpSession>>> eventSources) {
    this.observer = observer;
    this.applier = applier;
    this.memories = memories;
    this.slots = slots;
    this.metrics = metrics;
    this.clock = clock;
    this.gate = gate;
    this.wakeUp = wakeUp;
    this.eventSources = eventSources;
  }

  @Override
  public List<EventSource<?, McpSession>> prepareEventSources(
      EventSourceContext<McpSession> context) {
    return eventSources.apply(context);
  }

  @Override
  public UpdateControl<McpSession> reconcile(McpSession session, Context<McpSession> context) {
    if (gate.isOpen()) {
      reconcile(session.getMetadata().getNamespace(), session.getMetadata().getName());
    }
    return UpdateControl.noUpdate();
  }

  /** Also for sessions that are being deleted, which JOSDK leaves out. */
  public void reconcile(String namespace, String name) {
    McpSession first = observer.session(namespace, name, memories);
    if (first == null) {
      return;
    }
    Lock turn = memories.of(SessionKey.of(first)).turn();
    turn.lock();
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        McpSession session = observer.session(namespace, name, memories);
        if (session == null || !isSame(session, first) || !step(session, round == ROUNDS)) {
          return;
        }
      }
    } finally {
      turn.unlock();
    }
  }

  /** A namesake has an event of its own, and a turn of its own. */
  private static boolean isSame(McpSession one, McpSession other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  /**
   * Makes one plan and carries it out.
   *
   * @return whether to plan again at once
   */
  private boolean step(McpSession session, boolean last) {
    SessionKey key = SessionKey.of(session);
    SessionMemory memory = memories.of(key);
    Decision decision;
    StepOutcome outcome;
    try {
      decision = decide(session, key, memory);
      outcome = applier.apply(decision.plan(), session, decision.seen(), memory);
      if (outcome instanceof StepOutcome.Done) {
        // Not before its commit is written: others that begin would be one too many.
        giveBack(key, decision.plan());
      }
    } catch (RuntimeException e) {
      log.error("session {}: cannot be planned; tried again", key, e);
      metrics.reconcileFailed(true);
      retry(key, memory);
      return false;
    }
    switch (outcome) {
      case StepOutcome.Done() -> {
        memory.noFault();
        sleep(key, memory, decision.plan());
      }
      case StepOutcome.PlanAgain() -> {
        if (!last) {
          return true;
        }
        retry(key, memory);
      }
      case StepOutcome.Stale() -> {
        memory.stale(session.getMetadata().getResourceVersion());
        retry(key, memory);
      }
      case StepOutcome.Gone() -> retry(key, memory);
      case StepOutcome.NotYet(String message) -> retry(key, memory, message);
      case StepOutcome.Unavailable(String message) -> {
        metrics.reconcileFailed(false);
        retry(key, memory, message);
      }
    }
    return false;
  }

  private record Decision(Observation seen, Plan plan) {}

  /** A plan that fits into the limit of concurrent replacements. */
  private Decision decide(McpSession session, SessionKey key, SessionMemory memory) {
    Instant now = clock.instant();
    Observation seen = observer.observe(session, memory, slots.isFreeFor(key), now);
    Plan plan = SessionPlanner.plan(seen, now);
    if (plan.slot() == Plan.Slot.NONE) {
      return new Decision(seen, plan);
    }
    boolean began = seen.session().status() != null && seen.session().status().attempt() != null;
    if (slots.settle(key, plan.slot(), began)) {
      return new Decision(seen, plan);
    }
    Observation full = observer.observe(session, memory, false, now);
    Plan later = SessionPlanner.plan(full, now);
    slots.settle(key, later.slot(), true);
    return new Decision(full, later);
  }

  private void giveBack(SessionKey key, Plan plan) {
    if (plan.slot() == Plan.Slot.NONE) {
      slots.settle(key, Plan.Slot.NONE, true);
    }
  }

  private void sleep(SessionKey key, SessionMemory memory, Plan plan) {
    Instant doubt = memory.writes().doubtAt(clock.instant());
    Instant at = plan.wakeAt();
    if (doubt != null && (at == null || doubt.isBefore(at))) {
      at = doubt;
    }
    if (at != null) {
      wakeUp.accept(key, at);
    }
  }

  private void retry(SessionKey key, SessionMemory memory, String message) {
    Duration delay = retry(key, memory);
    log.warn("session {}: {}; tried again in {} ms", key, message, delay.toMillis());
  }

  /** At the latest after so long, doubling; an event of the session or of a child comes earlier. */
  private Duration retry(SessionKey key, SessionMemory memory) {
    Duration delay = BACKOFF.delay(memory.fault());
    wakeUp.accept(key, clock.instant().plus(delay));
    return delay;
  }
}
