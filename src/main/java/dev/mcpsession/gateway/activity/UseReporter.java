package dev.mcpsession.gateway.activity;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.SessionUses;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports use in annotations of the sessions, as seldom as their deadlines allow. */
public final class UseReporter implements Activity, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UseReporter.class);

  /** How long the end of the process waits for what is not reported yet. */
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);

  /** Runs something later, on a thread that waits for nothing else. */
  interface Timer {
    void schedule(Duration delay, Runnable task);
  }

  private final SessionUses uses;
  private final InstantSource clock;
  private final WriteListener listener;
  private final Timer timer;
  private final Runnable stopTimer;
  private final double spread;
  private final Map<SessionKey, SessionReports> sessions = new ConcurrentHashMap<>();

  /**
   * @param spread as of {@link OrphanWatch}
   */
  UseReporter(
      SessionUses uses,
      InstantSource clock,
      WriteListener listener,
      Timer timer,
      Runnable stopTimer,
      double spread) {
    this.uses = uses;
    this.clock = clock;
    this.listener = listener;
    this.timer = timer;
    this.stopTimer = stopTimer;
    this.spread = spread;
    uses.listen(this::changed);
  }

  /**
   * Reports until it is closed.
   *
   * @param uses where reports go
   */
  public static UseReporter start(SessionUses uses, InstantSource clock, WriteListener listener) {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("use-reports").daemon().factory());
    return new UseReporter(
        uses,
        clock,
        listener,
        (delay, task) -> schedule(thread, delay, task),
        thread::shutdownNow,
        ThreadLocalRandom.current().nextDouble());
  }

  private static void schedule(ScheduledThreadPoolExecutor thread, Duration delay, Runnable task) {
    try {
      var unused =
          thread.schedule(
              () -> {
                try {
                  task.run();
                } catch (RuntimeException e) {
                  log.error("Use could not be reported", e);
                }
              },
              delay.plusNanos(999_999).toMillis(), // not before it is due
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("Not reported, since the process ends", e);
    }
  }

  @Override
  public CompletionStage<Boolean> used(Backend backend) {
    while (true) {
      SessionReports reports = reports(backend.session());
      Optional<CompletionStage<Boolean>> goOn = reports.used();
      if (goOn.isPresent()) {
        return goOn.get();
      }
    }
  }

  @Override
  public Presence begun(Backend backend, boolean stream) {
    while (true) {
      SessionReports reports = reports(backend.session());
      One presence = new One(reports, stream);
      if (reports.begin(presence, stream)) {
        return presence;
      }
    }
  }

  private SessionReports reports(SessionKey session) {
    return sessions.compute(
        session,
        (key, known) ->
            known == null || known.isEnded()
                ? new SessionReports(key, uses, clock, timer, listener, this::forget, spread)
                : known);
  }

  private void changed(SessionKey session) {
    SessionReports reports = sessions.get(session);
    if (reports != null) {
      reports.act();
    } else if (uses.find(session)
        .filter(it -> OrphanWatch.isConnected(it, clock.instant()))
        .isPresent()) {
      reports(session).act();
    }
  }

  /** How many sessions there is something to remember of. */
  int known() {
    return sessions.size();
  }

  private void forget(SessionReports ended) {
    sessions.remove(ended.session(), ended);
  }

  /**
   * Reports what is not reported yet, and then nothing more. Takes up to 3 s. A release whose grace
   * is not over is left to the replica that the user comes back to, or that sees that nobody does.
   */
  @Override
  public void close() {
    stopTimer.run();
    CompletableFuture<?>[] flushed =
        sessions.values().stream()
            .map(reports -> reports.flush().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(flushed)
        .completeOnTimeout(null, FLUSH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static final class One implements Presence {
    private final SessionReports reports;
    private final boolean stream;
    private final AtomicBoolean closed = new AtomicBoolean();

    One(SessionReports reports, boolean stream) {
      this.reports = reports;
      this.stream = stream;
    }

    @Override
    public void acknowledged(Duration ago) {
      if (stream && !closed.get()) {
        reports.acknowledge(this, ago);
      }
    }

    @Override
    public void lost() {
      end(true);
    }

    @Override
    public void close() {
      end(false);
    }

    private void end(boolean lost) {
      if (closed.compareAndSet(false, true)) {
        reports.end(this, stream, lost);
      }
    }
  }
}
