package dev.mcpsession.process;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices within {@link #PERIOD} that the wall clock was set, or that the machine was suspended, by
 * comparing wall clock and monotonic time. Timers run on monotonic time, so they must be
 * rescheduled then.
 */
public final class ClockWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  static final Duration PERIOD = Duration.ofSeconds(2);

  /** Far more than the drift of a slewed clock in one period. */
  static final Duration TOLERANCE = Duration.ofMillis(500);

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Consumer<Duration> stepped;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("clock-watch").daemon().factory());
  private Instant wall;
  private long monotonic;

  /**
   * Later checks compare with the time of this call.
   *
   * @param stepped given the size of the step, positive for a step forward
   */
  public ClockWatch(InstantSource clock, LongSupplier nanoTime, Consumer<Duration> stepped) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.stepped = stepped;
    wall = clock.instant();
    monotonic = nanoTime.getAsLong();
  }

  /** Starts to compare once per period. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::check, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Compares once. */
  void check() {
    long monotonicNow = nanoTime.getAsLong();
    Instant wallNow = clock.instant();
    Duration step = Duration.between(wall, wallNow).minusNanos(monotonicNow - monotonic);
    wall = wallNow;
    monotonic = monotonicNow;
    if (step.abs().compareTo(TOLERANCE) > 0) {
      log.warn("The clock made a step of {} s; all timers are set anew", step.toMillis() / 1000.0);
      try {
        stepped.accept(step);
      } catch (RuntimeException e) {
        log.error("The timers could not be set anew", e);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
