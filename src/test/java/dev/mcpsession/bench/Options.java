package dev.mcpsession.bench;

import java.time.Duration;
import java.util.List;

/**
 * How large, from the command line; small numbers to try it.
 *
 * @param sessions of the crowds
 * @param crowds of the throughput, one after the other
 * @param runs of each throughput, and of the renewals
 * @param idle how long a crowd is watched while only heartbeats come
 */
record Options(int sessions, List<Integer> crowds, int runs, Duration idle) {
  static Options defaults() {
    return new Options(1000, List.of(1000, 2000), 3, Duration.ofMinutes(3));
  }

  /** All sizes at once, for a first try. */
  Options withSessions(int number) {
    return new Options(number, List.of(number, 2 * number), runs, idle);
  }

  Options withRuns(int number) {
    return new Options(sessions, crowds, number, idle);
  }

  Options withIdleSeconds(int seconds) {
    return new Options(sessions, crowds, runs, Duration.ofSeconds(seconds));
  }
}
