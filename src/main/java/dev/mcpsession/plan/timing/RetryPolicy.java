package dev.mcpsession.plan.timing;

import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Backoff after failures: 5 s, doubling up to 5 min, with jitter. */
public final class RetryPolicy {
  /** Serving this long clears the failure count. */
  public static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  /**
   * Period over which retries are spread when an issuer asks all sessions to wait until the same
   * moment.
   */
  static final Duration AFTER_WHAT_WAS_ASKED = Duration.ofSeconds(30);

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

  private RetryPolicy() {}

  /** Delay after what only another spec makes better: 5 min and up to 10 %. */
  public static Duration whileInvalid(String uid) {
    long longest = BACKOFF.longest().toMillis();
    return between(longest, longest + longest / 10, 0, uid);
  }

  /**
   * Delay after a failed attempt, ±10 %.
   *
   * @param failures in a row, at least 1
   */
  public static Duration delay(int failures, String uid) {
    long base = base(failures);
    return between(base - base / 10, base + base / 10, failures, uid);
  }

  /**
   * Delay after a failed token call: ±50 %, and at most 5 min. An issuer's outage makes many
   * sessions fail together; the jitter keeps them from retrying together.
   *
   * @param failures in a row, at least 1
   * @param asked minimum that the issuer asked for, to which jitter is added; null if it did not
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
