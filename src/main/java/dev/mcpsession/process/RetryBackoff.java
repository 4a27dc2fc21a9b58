package dev.mcpsession.process;

import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits longer after each failed try to start, and logs a repeated reason only now and then. */
final class RetryBackoff {
  private static final Logger log = LoggerFactory.getLogger(RetryBackoff.class);
  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
  private static final int REMIND_EVERY = 6;

  private final Semaphore wake = new Semaphore(0);
  private int failures;
  private String lastReason = "";
  private int repeated;

  /**
   * Waits 1 s at first, doubling to 10 s; less after {@link #wake}.
   *
   * @return false if interrupted: do not try again
   */
  boolean waitAfter(String reason) {
    if (reason.equals(lastReason)) {
      repeated++;
    } else {
      repeated = 0;
    }
    lastReason = reason;
    if (repeated % REMIND_EVERY == 0) {
      log.warn("{}. Waiting for it", reason);
    }
    failures++;
    try {
      wake.drainPermits();
      var unused = wake.tryAcquire(BACKOFF.delay(failures).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
    return true;
  }

  /** Ends the present wait. */
  void wake() {
    wake.release();
  }
}
