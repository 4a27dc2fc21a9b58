package dev.mcpsession.plan.timing;

import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait after failures: 5 s doubling to 5 min, plus or minus jitter. */
public final class RetryPolicy {
  /** Serving for so long clears the count of failures. */
  public static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  /** Spreads the sessions that an issuer asked to stay away until the same moment. */
  static final Duration AFTER_WHAT_WAS_ASKED = Duration.ofSeconds(30);

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

  private RetryPolicy() {}

  /**
   * After an attempt: plus or minus a tenth.
   *
   * @param failures in a row, at least 1
   */
  public static Duration delay(int failures, String uid) {
    long base = base(failures);
    return between(base - base / 10, base + base / 10, failures, uid);
  }

  /**
   * After a call for a token: plus or minus half, and at most 5 min. An issuer's outage makes
   * sessions fail together; this keeps them from coming back together.
   *
   * @param failures in a row, at least 1
   * @param asked by the issuer: the least delay, spread so that not all sessions come back the
   *     moment it is over; null when the issuer asked for none
   */
  public static Duration tokenDelay(int failures, String uid, @Nullable Duration asked) {
    long base = base(failures);
    long most = Math.min(base + base / 2, BACKOFF.longest().toMillis());
    Duration delay = between(base - base / 2, most, failures, uid);
    if (asked == null) {
      return delay;
    }
    Duration patient = asked.plus(between(0, AFTER_WHAT_WAS_ASKED.toMillis(), failures, uid));
    return patient.compareTo(delay) > 0 ? patient : delay;
  }

  private static long base(int failures) {
    return BACKOFF.delay(failures).toMillis();
  }

  private static Duration between(long least, long most, int failures, String uid) {
    return Duration.ofMillis(least + (most - least) * Jitter.permille(uid + failures) / 1000);
  }
}
