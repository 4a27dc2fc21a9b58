package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Requeues each session when its timer fires. JOSDK keys its timers by name: when the reconcile of
 * a deleted session ends, it cancels the timer of a new session of the same name. Because it sees
 * every session appear and disappear, it also closes their entries.
 */
final class RequeueTimers extends AbstractEventSource<Void, McpSession>
    implements ResourceEventAware<McpSession> {
  /**
   * A new session is reconciled once more, in case its first event arrived during a reconcile of
   * its predecessor of the same name.
   */
  private static final Duration SECOND_RECONCILE = Duration.ofMillis(500);

  private final InstantSource clock;
  private final SessionEntries entries;
  private final Consumer<SessionKey> ending;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param entries closed when their sessions no longer exist
   * @param ending called whenever a session may need a reconcile, because JOSDK drops the events of
   *     sessions that are being deleted
   */
  RequeueTimers(InstantSource clock, SessionEntries entries, Consumer<SessionKey> ending) {
    super(Void.class, "wake-ups");
    this.clock = clock;
    this.entries = entries;
    this.ending = ending;
    this.timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("wake-ups").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    // A reconcile that ends after the process was told to stop sets a timer like any other.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Replaces the session's timer. It never fires early. */
  void at(SessionEntry entry, Instant instant) {
    entry.timer().set(instant, alarms(entry));
  }

  void now(SessionKey session) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(new ResourceID(session.name(), session.namespace())));
      ending.accept(session);
    }
  }

  /** After a step of the wall clock, the delays computed from it are wrong. */
  void resetAll() {
    entries.all().forEach(entry -> entry.timer().reset(alarms(entry)));
  }

  private Function<Instant, Future<?>> alarms(SessionEntry entry) {
    return at -> timer.schedule(() -> fire(entry, at), nanosUntil(at), TimeUnit.NANOSECONDS);
  }

  /** At most about a day; for a later instant the timer is then set again. */
  private long nanosUntil(Instant at) {
    Duration delay = Duration.between(clock.instant(), at);
    return delay.isNegative()
        ? 0
        : Math.min(delay.toSeconds(), TimeUnit.DAYS.toSeconds(1)) * 1_000_000_000L
            + delay.toNanosPart();
  }

  private void fire(SessionEntry entry, Instant at) {
    if (entry.timer().isDue(at, clock.instant(), alarms(entry))) {
      now(entry.key());
    }
  }

  @Override
  public void onResourceCreated(McpSession session) {
    SessionKey key = SessionKey.of(session);
    at(entries.of(key), clock.instant().plus(SECOND_RECONCILE));
    noteDeletion(session);
    ending.accept(key);
  }

  @Override
  public void onResourceUpdated(McpSession session, McpSession old) {
    if (!session.getMetadata().getUid().equals(old.getMetadata().getUid())) {
      onResourceDeleted(old);
      onResourceCreated(session);
    } else {
      noteDeletion(session);
      ending.accept(SessionKey.of(session));
    }
  }

  private void noteDeletion(McpSession session) {
    if (session.getMetadata().getDeletionTimestamp() != null) {
      entries.leave(SessionKey.of(session));
    }
  }

  @Override
  public void onResourceDeleted(McpSession session) {
    entries.close(session.getMetadata().getUid());
  }

  @Override
  public Set<Void> getSecondaryResources(McpSession primary) {
    return Set.of();
  }

  @Override
  public void stop() {
    super.stop();
    timer.shutdownNow();
  }
}
