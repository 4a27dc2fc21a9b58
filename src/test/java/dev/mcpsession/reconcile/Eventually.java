package dev.mcpsession.reconcile;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;

/** What becomes true by and by: looked at five times a second, to be gentle to a shared cluster. */
public final class Eventually {
  /** A cluster that is busy with other things collects garbage and places Pods late. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration LOOK = Duration.ofMillis(200);

  private Eventually() {}

  public static void assertThat(ThrowingRunnable assertion) {
    assertWithin(PATIENCE, assertion);
  }

  public static void assertWithin(Duration patience, ThrowingRunnable assertion) {
    await().atMost(patience).pollInterval(LOOK).untilAsserted(assertion);
  }

  /** It is so at every look for that long. */
  public static void staysSo(Duration time, ThrowingRunnable assertion) {
    await()
        .pollInterval(LOOK)
        .during(time)
        .atMost(time.plus(PATIENCE))
        .failFast(assertion)
        .untilAsserted(assertion);
  }
}
