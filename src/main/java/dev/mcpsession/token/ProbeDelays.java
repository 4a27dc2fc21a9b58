package dev.mcpsession.token;

import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long after a failed probe of an endpoint the next is made: 5, 10, 20, then 30 s. This is
 * counted from the beginning of a probe, so that one that hangs for its whole time limit does not
 * delay the next.
 */
final class ProbeDelays {
  private static final ExponentialBackoff STEPS =
      new ExponentialBackoff(Duration.ofSeconds(5), Duration.ofSeconds(30));

  /** The share by which a delay is longer or shorter. */
  private static final double JITTER = 0.2;

  /** The shortest delay between the end of a probe and the next. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final DoubleSupplier random;

  /**
   * @param random from 0 (inclusive) to 1 (exclusive), for the jitter
   */
  ProbeDelays(DoubleSupplier random) {
    this.random = random;
  }

  /**
   * The delay from the end of a failed call.
   *
   * @param failures in a row, this one included; at least 1
   * @param took how long the call took
   * @param asked how long the endpoint asked to be left alone; null: it did not
   */
  Duration after(int failures, Duration took, @Nullable Duration asked) {
    Duration step = STEPS.delay(failures);
    double share = 1 - JITTER + 2 * JITTER * random.getAsDouble();
    Duration jittered = Duration.ofMillis((long) (step.toMillis() * share));
    Duration delay = longer(shorter(jittered, STEPS.longest()).minus(took), PAUSE);
    return asked == null ? delay : longer(delay, asked);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
