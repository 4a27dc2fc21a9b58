package dev.mcpsession.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** Lines with the seconds since the start and their origin. Thread-safe. */
final class Timeline {
  private final PrintStream out;
  private final Instant start = Instant.now();

  Timeline(PrintStream out) {
    this.out = out;
  }

  /**
   * @param who the part of the cluster in which it was seen, or the role in which the quick start
   *     itself acted
   */
  synchronized void add(String who, String what) {
    out.printf("%6.1f s  %-7s  %s%n", seconds(Instant.now()), who, what);
    out.flush();
  }

  /** When the timeline started. */
  Instant start() {
    return start;
  }

  /** Seconds since the start; negative before it. */
  double seconds(Instant instant) {
    return Duration.between(start, instant).toMillis() / 1000.0;
  }
}
