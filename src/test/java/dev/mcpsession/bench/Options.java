package dev.mcpsession.bench;

import java.time.Duration;
import java.util.List;

/**
 * The sizes of the benchmarks, from the command line; small numbers for a trial.
 *
 * @param sessions number of sessions in the crowds
 * @param crowds sizes of the throughput's crowds, one after the other
 * @param runs number of runs of each throughput, and of the renewals
 * @param idle how long a crowd is watched while only heartbeats come
 */
record Options(int sessions, List<Integer> crowds, int runs, Duration idle) {
  static Options defaults() {
    return new Options(1000, List.of(1000, 2000), 3, Duration.ofMinutes(3));
  }

  /** Sets all sizes at once, for a trial. */
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
