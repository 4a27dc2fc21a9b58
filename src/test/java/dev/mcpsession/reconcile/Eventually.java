package dev.mcpsession.reconcile;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;

/** Assertions that become true in time: polled five times a second, to spare a shared cluster. */
public final class Eventually {
  /** A busy cluster is late to collect garbage and to schedule Pods. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration LOOK = Duration.ofMillis(200);

  private Eventually() {}

  public static void assertThat(ThrowingRunnable assertion) {
    assertWithin(PATIENCE, assertion);
  }

  public static void assertWithin(Duration patience, ThrowingRunnable assertion) {
    await().atMost(patience).pollInterval(LOOK).untilAsserted(assertion);
  }

  /** Asserts that it holds at every poll for that long. */
  public static void staysSo(Duration time, ThrowingRunnable assertion) {
    await()
        .pollInterval(LOOK)
        .during(time)
        .atMost(time.plus(PATIENCE))
        .failFast(assertion)
        .untilAsserted(assertion);
  }
}
