package dev.mcpsession.reconcile.crash;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.simulation.model.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every request of every stretch of a session's life fails once in every way, and each time the
 * session ends in the same state as without the fault. An undisturbed run of each stretch first
 * finds its requests.
 */
@ClusterTest
class CrashIT {
  private static final int AT_A_TIME = 8;
  private static final ExecutorService WORKERS =
      Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory());

  private final Cluster cluster;
  private final BlockingQueue<String> namespaces = new LinkedBlockingQueue<>();
  private final AtomicInteger names = new AtomicInteger();

  CrashIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @AfterAll
  static void stop() {
    WORKERS.shutdownNow();
  }

  @TestFactory
  List<DynamicContainer> everyRequestMayGoWrong() throws Exception {
    for (int i = 0; i < AT_A_TIME; i++) {
      namespaces.add(cluster.newNamespace());
    }
    List<Future<DynamicContainer>> stretches = new ArrayList<>();
    for (CrashScenario scenario : CrashScenario.values()) {
      stretches.add(WORKERS.submit(() -> disturb(scenario)));
    }
    List<DynamicContainer> tests = new ArrayList<>();
    for (Future<DynamicContainer> stretch : stretches) {
      tests.add(stretch.get());
    }
    return tests;
  }

  private DynamicContainer disturb(CrashScenario scenario) throws Exception {
    List<DisturbedApi.Call> calls = new ArrayList<>();
    inANamespaceOfItsOwn(scenario, crash -> calls.addAll(crash.undisturbed()));
    // A request that only a slow cache caused cannot be waited for in every run.
    for (int again = 0; again < 2; again++) {
      inANamespaceOfItsOwn(scenario, crash -> calls.retainAll(crash.undisturbed()));
    }
    if (scenario == CrashScenario.TOUCHED) {
      calls.removeIf(call -> !call.method().equals("deleteSession"));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (DisturbedApi.Call call : calls) {
      for (Fault fault : Fault.values()) {
        Future<?> run =
            WORKERS.submit(
                () -> {
                  inANamespaceOfItsOwn(scenario, crash -> crash.disturbed(call, fault));
                  return null;
                });
        tests.add(DynamicTest.dynamicTest(scenario + ": " + call + " " + fault, run::get));
      }
    }
    return DynamicContainer.dynamicContainer(scenario.toString(), tests);
  }

  private interface Run {
    void of(CrashCase crash) throws InterruptedException;
  }

  private void inANamespaceOfItsOwn(CrashScenario scenario, Run run) throws InterruptedException {
    String namespace = namespaces.take();
    try {
      run.of(new CrashCase(cluster, namespace, scenario, "s" + names.incrementAndGet()));
    } finally {
      namespaces.add(namespace);
    }
  }
}
