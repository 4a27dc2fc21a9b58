package dev.mcpsession.soak;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;

/** What one user tries; what fails is a violation unless it was in the way of a kill. */
final class Attempts {
  /** Beyond it a client hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String user;
  private final Tally tally;
  private final Disturbances disturbances;

  Attempts(String user, Tally tally, Disturbances disturbances) {
    this.user = user;
    this.tally = tally;
    this.disturbances = disturbances;
  }

  /** Something that is tried. */
  interface Action {
    /** Fails with what is wrong. */
    void run() throws Exception;
  }

  /** Never fails. */
  void run(String kind, Action action) {
    Instant begun = Instant.now();
    Throwable failure = null;
    try {
      action.run();
    } catch (Exception | AssertionError e) {
      failure = e;
    }
    Instant ended = Instant.now();
    Duration took = Duration.between(begun, ended);
    if (failure == null) {
      tally.good(kind, took);
    } else if (took.compareTo(PATIENCE) < 0 && disturbances.explain(begun, ended, null, user)) {
      tally.explained(kind, took);
    } else {
      tally.violated(kind, took, user + " from " + begun + ": " + failure);
    }
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  static void pause(Duration time) {
    await().pollDelay(time).atMost(time.plus(PATIENCE)).until(() -> true);
  }
}
