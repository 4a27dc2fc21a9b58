package dev.mcpsession.gateway.kubernetes;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many new sessions of all users this replica makes a second: a token bucket, full at first.
 */
final class CreationLimit {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final double perSecond;
  private final int burst;
  private final LongSupplier nanoTime;
  private double tokens;
  private long filledAt;

  /**
   * @param perSecond new sessions a second that go on for ever; positive
   * @param burst as many at once after a quiet time; at least 1
   * @param nanoTime monotonic, in nanoseconds
   */
  CreationLimit(int perSecond, int burst, LongSupplier nanoTime) {
    if (perSecond < 1 || burst < 1) {
      throw new IllegalArgumentException("not positive: " + perSecond + ", " + burst);
    }
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanoTime = nanoTime;
    tokens = burst;
    filledAt = nanoTime.getAsLong();
  }

  /**
   * Takes a place.
   *
   * @return how long until there is one; zero: it is taken
   */
  synchronized Duration take() {
    long now = nanoTime.getAsLong();
    tokens = Math.min(burst, tokens + perSecond * (now - filledAt) / SECOND);
    filledAt = now;
    if (tokens >= 1) {
      tokens--;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) Math.ceil((1 - tokens) * SECOND / perSecond));
  }

  /** Gives a place back that made no session. */
  synchronized void giveBack() {
    tokens = Math.min(burst, tokens + 1);
  }
}
