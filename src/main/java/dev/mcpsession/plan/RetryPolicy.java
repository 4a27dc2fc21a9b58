package dev.mcpsession.plan;

import java.time.Duration;

/** How long to wait after failures: 5 s doubling to 5 min, give or take a tenth. */
final class RetryPolicy {
  /** Serving for so long clears the count of failures. */
  static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  private static final long FIRST_MILLIS = 5_000;
  private static final long LAST_MILLIS = 300_000;

  private RetryPolicy() {}

  /**
   * @param failures in a row, at least 1
   */
  static Duration delay(int failures, String uid) {
    long base = failures > 6 ? LAST_MILLIS : Math.min(LAST_MILLIS, FIRST_MILLIS << (failures - 1));
    long jitter = base * (Spread.permille(uid + failures) - 500) / 5_000;
    return Duration.ofMillis(base + jitter);
  }
}
