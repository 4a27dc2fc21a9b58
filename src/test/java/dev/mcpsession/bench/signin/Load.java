package dev.mcpsession.bench.signin;

import dev.mcpsession.bench.report.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What was done by some workers, each of which begins anew as soon as it has ended.
 *
 * @param done how often
 * @param medianMillis of one
 */
record Load(int done, double seconds, double medianMillis) {
  /** One piece of work. */
  @FunctionalInterface
  interface Work {
    /**
     * Returns when it is done.
     *
     * @param worker from 0; no two do it at once for the same
     */
    void once(int worker) throws Exception;
  }

  double perSecond() {
    return done / seconds;
  }

  /** Until the time is over and what was begun has ended. */
  static Load run(Work work, int workers, Duration time) throws Exception {
    long begin = System.nanoTime();
    List<Double> millis = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<Future<List<Double>>> all = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int worker = i;
        all.add(threads.submit(() -> repeat(work, worker, begin + time.toNanos())));
      }
      for (Future<List<Double>> one : all) {
        millis.addAll(one.get());
      }
    }
    return new Load(millis.size(), (System.nanoTime() - begin) / 1e9, Sample.of(millis).median());
  }

  private static List<Double> repeat(Work work, int worker, long end) throws Exception {
    List<Double> millis = new ArrayList<>();
    do {
      long begin = System.nanoTime();
      work.once(worker);
      millis.add((System.nanoTime() - begin) / 1e6);
    } while (System.nanoTime() - end < 0);
    return millis;
  }
}
