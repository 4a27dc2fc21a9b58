package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One timer a session, by uid. JOSDK's own are by name, and the end of a reconcile of a deleted
 * session cancels the timer of the one that was created under its name meanwhile.
 */
final class RequeueTimers extends AbstractEventSource<Void, McpSession>
    implements ResourceEventAware<McpSession> {
  /**
   * A new session is looked at once more, in case its first event fell into a reconcile of its
   * namesake.
   */
  private static final Duration SECOND_LOOK = Duration.ofMillis(500);

  private final InstantSource clock;
  private final Consumer<SessionKey> ending;
  private final Consumer<String> gone;
  private final ScheduledThreadPoolExecutor timer;
  private final Map<String, Alarm> alarms = new ConcurrentHashMap<>();

  private record Alarm(SessionKey session, Instant at, ScheduledFuture<?> future) {}

  /**
   * @param ending told each time that a session may have to be looked at, since JOSDK drops the
   *     events of those that are being deleted
   * @param gone told the uid of each session that no longer exists
   */
  RequeueTimers(InstantSource clock, Consumer<SessionKey> ending, Consumer<String> gone) {
    super(Void.class, "wake-ups");
    this.clock = clock;
    this.ending = ending;
    this.gone = gone;
    this.timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("wake-ups").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Replaces the session's timer. Never early; late only by what the machine makes it. */
  void at(SessionKey session, Instant instant) {
    alarms.compute(
        session.uid(),
        (uid, old) -> {
          if (old != null) {
            old.future().cancel(false);
          }
          return alarm(session, instant);
        });
  }

  void cancel(String uid) {
    Alarm old = alarms.remove(uid);
    if (old != null) {
      old.future().cancel(false);
    }
  }

  void now(SessionKey session) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(new ResourceID(session.name(), session.namespace())));
      ending.accept(session);
    }
  }

  /** After a step of the wall clock the delays that were computed from it are wrong. */
  void resetAll() {
    for (Alarm alarm : Set.copyOf(alarms.values())) {
      alarms.computeIfPresent(
          alarm.session().uid(),
          (uid, current) -> {
            current.future().cancel(false);
            return alarm(current.session(), current.at());
          });
    }
  }

  private Alarm alarm(SessionKey session, Instant at) {
    Duration delay = Duration.between(clock.instant(), at);
    long nanos =
        delay.isNegative()
            ? 0
            : Math.min(delay.toSeconds(), TimeUnit.DAYS.toSeconds(1)) * 1_000_000_000L
                + delay.toNanosPart();
    return new Alarm(
        session, at, timer.schedule(() -> fire(session, at), nanos, TimeUnit.NANOSECONDS));
  }

  /** Decides inside the map's lock: an alarm that is due at once goes off before the map has it. */
  private void fire(SessionKey session, Instant at) {
    boolean[] due = {false};
    alarms.computeIfPresent(
        session.uid(),
        (uid, current) -> {
          if (!current.at().equals(at)) {
            return current;
          }
          if (clock.instant().isBefore(at)) {
            return alarm(session, at);
          }
          due[0] = true;
          return null;
        });
    if (due[0]) {
      now(session);
    }
  }

  @Override
  public void onResourceCreated(McpSession session) {
    SessionKey key = SessionKey.of(session);
    at(key, clock.instant().plus(SECOND_LOOK));
    ending.accept(key);
  }

  @Override
  public void onResourceUpdated(McpSession session, McpSession old) {
    if (!session.getMetadata().getUid().equals(old.getMetadata().getUid())) {
      onResourceDeleted(old);
      onResourceCreated(session);
    } else {
      ending.accept(SessionKey.of(session));
    }
  }

  @Override
  public void onResourceDeleted(McpSession session) {
    cancel(session.getMetadata().getUid());
    gone.accept(session.getMetadata().getUid());
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
