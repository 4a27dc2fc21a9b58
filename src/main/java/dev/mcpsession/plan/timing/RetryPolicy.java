package dev.mcpsession.plan.timing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait after failures: 5 s doubling to 5 min, give or take something. */
public final class RetryPolicy {
  /** Serving for so long clears the count of failures. */
  public static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  /** In which all come back that an issuer asked to stay away until the same moment. */
  static final Duration AFTER_WHAT_WAS_ASKED = Duration.ofSeconds(30);

  private static final long FIRST_MILLIS = 5_000;
  private static final long LAST_MILLIS = 300_000;

  private RetryPolicy() {}

  /**
   * After an attempt: give or take a tenth.
   *
   * @param failures in a row, at least 1
   */
  public static Duration delay(int failures, String uid) {
    long base = base(failures);
    return between(base - base / 10, base + base / 10, failures, uid);
  }

  /**
   * After a call for a token: give or take half, and at most 5 min. An issuer's outage makes
   * sessions fail together, and what keeps them from coming back together is this.
   *
   * @param failures in a row, at least 1
   * @param asked by the issuer; never less than that, and not all at once when it is over
   */
  public static Duration tokenDelay(int failures, String uid, @Nullable Duration asked) {
    long base = base(failures);
    Duration delay =
        between(base - base / 2, Math.min(base + base / 2, LAST_MILLIS), failures, uid);
    if (asked == null) {
      return delay;
    }
    Duration patient = asked.plus(between(0, AFTER_WHAT_WAS_ASKED.toMillis(), failures, uid));
    return patient.compareTo(delay) > 0 ? patient : delay;
  }

  private static long base(int failures) {
    return failures > 6 ? LAST_MILLIS : Math.min(LAST_MILLIS, FIRST_MILLIS << (failures - 1));
  }

  private static Duration between(long least, long most, int failures, String uid) {
    return Duration.ofMillis(least + (most - least) * Jitter.permille(uid + failures) / 1000);
  }
}
