package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionPlanner;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.timing.Jitter;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
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
import org.slf4j.event.Level;

/**
 * The JOSDK adapter: observes, plans, applies and sets the timer. Never throws: after any fault the
 * session is requeued.
 */
public final class SessionReconciler implements Reconciler<McpSession> {
  private static final Logger log = LoggerFactory.getLogger(SessionReconciler.class);

  /** Plans in a row before other sessions get the thread. */
  private static final int ROUNDS = 8;

  /** After so many faults in a row, about half a minute, a session holds no place any more. */
  private static final int FAULTS_BEFORE_THE_PLACE_GOES = 9;

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofMillis(100), Duration.ofSeconds(8));

  private final SessionObserver observer;
  private final PlanApplier applier;
  private final SessionEntries entries;
  private final ReplacementSlots slots;
  private final SessionMetrics metrics;
  private final InstantSource clock;
  private final WriteGate gate;
  private final BiConsumer<SessionEntry, Instant> wakeUp;
  private final BiConsumer<String, String> templateMoved;
  private final Function<EventSourceContext<McpSession>, List<EventSource<?, McpSession>>>
      eventSources;

  /**
   * @param wakeUp sets the session's timer
   * @param templateMoved is told by namespace and name of a template whose session stands otherwise
   * @param eventSources what triggers a reconcile besides the session itself
   */
  public SessionReconciler(
      SessionObserver observer,
      PlanApplier applier,
      SessionEntries entries,
      ReplacementSlots slots,
      SessionMetrics metrics,
      InstantSource clock,
      WriteGate gate,
      BiConsumer<SessionEntry, Instant> wakeUp,
      BiConsumer<String, String> templateMoved,
      Function<EventSourceContext<McpSession>, List<EventSource<?, McpSession>>> eventSources) {
    this.observer = observer;
    this.applier = applier;
    this.entries = entries;
    this.slots = slots;
    this.metrics = metrics;
    this.clock = clock;
    this.gate = gate;
    this.wakeUp = wakeUp;
    this.templateMoved = templateMoved;
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

  /** Also for sessions that are being deleted, for which JOSDK does not call the reconciler. */
  public void reconcile(String namespace, String name) {
    SessionKey key = observer.find(namespace, name);
    if (key != null) {
      reconcile(entries.of(key));
    }
  }

  /** Ends when the session is gone: a namesake has an event of its own, and a lock of its own. */
  private void reconcile(SessionEntry entry) {
    Lock lock = entry.lock();
    lock.lock();
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        McpSession session = observer.session(entry);
        if (session == null || entry.isClosed() || !step(session, entry, round == ROUNDS)) {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes one plan and carries it out.
   *
   * @return whether to plan again at once
   */
  private boolean step(McpSession session, SessionEntry entry, boolean last) {
    Instant now = clock.instant();
    if (session.getMetadata().getDeletionTimestamp() == null && entry.isNamespaceEnding(now)) {
      wakeUp.accept(entry, entry.namespaceRetryAt(now));
      return false;
    }
    PlannedStep step;
    StepOutcome outcome;
    try {
      step = plan(session, entry);
      outcome = applier.apply(step.plan(), session, step.seen(), entry);
      if (outcome instanceof StepOutcome.Done && step.plan().slot() == Plan.Slot.NONE) {
        // Not before its commit is written: until then another replacement would be one too many.
        slots.settle(entry, Plan.Slot.NONE, true);
      }
    } catch (RuntimeException e) {
      log.error("session {}: cannot be planned; tried again", entry.key(), e);
      metrics.reconcileFailed(true);
      retry(entry);
      return false;
    }
    entry.faults().stale(outcome instanceof StepOutcome.Stale);
    switch (outcome) {
      case StepOutcome.Done() -> {
        entry.faults().none();
        tellTemplate(step, entry);
        sleep(entry, step.plan());
      }
      case StepOutcome.PlanAgain() -> {
        if (!last) {
          return true;
        }
        retry(entry);
      }
      case StepOutcome.Stale() -> {
        retry(entry);
      }
      case StepOutcome.Gone() -> retry(entry);
      case StepOutcome.NotYet(String message) -> retry(entry, message);
      case StepOutcome.Unavailable failure -> {
        metrics.reconcileFailed(false);
        retry(entry, failure.message());
      }
    }
    return false;
  }

  private void tellTemplate(PlannedStep step, SessionEntry entry) {
    String template = step.seen().session().spec().templateName();
    if (template != null && entry.template().planned(step.seen(), step.plan())) {
      templateMoved.accept(entry.key().namespace(), template);
    }
  }

  private record PlannedStep(Observation seen, Plan plan) {}

  /** A plan that fits into the limit of concurrent replacements. */
  private PlannedStep plan(McpSession session, SessionEntry entry) {
    Instant now = clock.instant();
    Observation seen = observer.observe(session, entry, slots.stateFor(entry, now), now);
    Plan plan = SessionPlanner.plan(seen, now);
    if (plan.slot() == Plan.Slot.NONE) {
      slots.stopWaiting(entry);
      return new PlannedStep(seen, plan);
    }
    if (slots.settle(entry, plan.slot(), hasAttempt(session))) {
      return new PlannedStep(seen, plan);
    }
    Observation full =
        observer.observe(session, entry, slots.stateFor(entry, now), now).withoutFreeSlot();
    Plan later = SessionPlanner.plan(full, now);
    slots.settle(entry, later.slot(), true);
    return new PlannedStep(full, later);
  }

  private static boolean hasAttempt(McpSession session) {
    return session.getStatus() != null && session.getStatus().attempt() != null;
  }

  private void sleep(SessionEntry entry, Plan plan) {
    Instant doubt = entry.writes().doubtAt(clock.instant());
    Instant at = plan.wakeAt();
    if (doubt != null && (at == null || doubt.isBefore(at))) {
      at = doubt;
    }
    if (at != null) {
      wakeUp.accept(entry, at);
    }
  }

  private void retry(SessionEntry entry, String message) {
    Duration delay = retry(entry);
    log.atLevel(entry.faults().isToBeLogged(clock.instant()) ? Level.WARN : Level.DEBUG)
        .log("session {}: {}; tried again in {} ms", entry.key(), message, delay.toMillis());
  }

  /** Requeues with a doubling delay; an event of the session or of a child may come earlier. */
  private Duration retry(SessionEntry entry) {
    int fault = entry.faults().next();
    if (fault >= FAULTS_BEFORE_THE_PLACE_GOES) {
      slots.release(entry);
    }
    // A webhook or the API server fails for many sessions together: ±20 %, and at most 9.6 s.
    long millis = BACKOFF.delay(fault).toMillis();
    long jitter = millis * 2 / 5 * Jitter.permille(entry.key().uid() + fault) / 1000;
    Duration delay = Duration.ofMillis(millis - millis / 5 + jitter);
    wakeUp.accept(entry, clock.instant().plus(delay));
    return delay;
  }
}
