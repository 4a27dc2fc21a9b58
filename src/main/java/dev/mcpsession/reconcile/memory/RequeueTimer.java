package dev.mcpsession.reconcile.memory;

import java.time.Instant;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** When one session is to be reconciled without an event. Guarded by its own monitor. */
public final class RequeueTimer {
  private final BooleanSupplier closed;
  private @Nullable Instant at;
  private @Nullable Future<?> alarm;

  /**
   * @param closed whether the session is gone; then nothing can be set any more
   */
  RequeueTimer(BooleanSupplier closed) {
    this.closed = closed;
  }

  /** Null when it is not set. */
  public synchronized @Nullable Instant at() {
    return at;
  }

  /**
   * Sets it in place of what was set before.
   *
   * @param schedule sets an alarm that calls {@link #isDue}; it may go off at once
   */
  public synchronized void set(Instant at, Function<Instant, Future<?>> schedule) {
    cancel();
    if (!closed.getAsBoolean()) {
      this.at = at;
      alarm = schedule.apply(at);
    }
  }

  /** Computes the alarm anew, if one is set. */
  public synchronized void reset(Function<Instant, Future<?>> schedule) {
    if (at != null) {
      set(at, schedule);
    }
  }

  /**
   * Decides what an alarm that went off means. One that was too early is set again.
   *
   * @param alarmed what the alarm was set for
   * @return whether the session is to be reconciled now; the timer is not set any more then
   */
  public synchronized boolean isDue(
      Instant alarmed, Instant now, Function<Instant, Future<?>> schedule) {
    if (!alarmed.equals(at)) {
      return false;
    }
    if (now.isBefore(alarmed)) {
      alarm = schedule.apply(alarmed);
      return false;
    }
    at = null;
    alarm = null;
    return true;
  }

  synchronized void cancel() {
    if (alarm != null) {
      alarm.cancel(false);
    }
    at = null;
    alarm = null;
  }
}
