package dev.mcpsession.retry;

import java.time.Duration;

/**
 * A delay that doubles with every failure in a row.
 *
 * @param first the delay after one failure; positive
 * @param longest the delay never exceeds this; at least {@code first}
 */
public record ExponentialBackoff(Duration first, Duration longest) {
  public ExponentialBackoff {
    if (!first.isPositive() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("not 0 < first <= longest: " + first + ", " + longest);
    }
  }

  /**
   * How long to wait before the next try.
   *
   * @param failures in a row; any number of them is safe
   * @return zero for no failure
   */
  public Duration delay(int failures) {
    if (failures < 1) {
      return Duration.ZERO;
    }
    Duration half = longest.dividedBy(2);
    Duration delay = first;
    for (int failure = 2; failure <= failures; failure++) {
      if (delay.compareTo(half) > 0) {
        return longest;
      }
      delay = delay.multipliedBy(2);
    }
    return delay;
  }
}
