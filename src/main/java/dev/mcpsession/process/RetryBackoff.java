package dev.mcpsession.process;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits between attempts to start, longer each time, and does not log the same reason each time.
 */
final class RetryBackoff {
  private static final Logger log = LoggerFactory.getLogger(RetryBackoff.class);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int REMIND_EVERY = 6;

  private Duration next = Duration.ofSeconds(1);
  private String lastReason = "";
  private int repeated;

  /**
   * Waits 1 s at first, doubling to 10 s.
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
    try {
      Thread.sleep(next);
    } catch (InterruptedException e) {
      return false;
    }
    next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
    return true;
  }
}
