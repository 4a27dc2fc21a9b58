package dev.mcpsession.signin.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls that race. */
final class AtOnce {
  private AtOnce() {}

  /** Makes both calls at the same time, and returns their results in this order. */
  static <T> List<T> call(Callable<T> one, Callable<T> other) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(List.of(one, other))) {
        results.add(result.get());
      }
      return results;
    }
  }
}
