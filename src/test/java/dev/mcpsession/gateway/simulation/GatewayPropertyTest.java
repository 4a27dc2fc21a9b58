package dev.mcpsession.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Drives the gateway's real decisions through random courses of everything that can happen around
 * them: replicas, Pods and connections that fail at each point, caches that lag, clients that
 * leave, come back for their streams, answer what servers ask, and cancel what they have asked.
 *
 * <p>Not in it: a Pod counts its questions and streams over all its sessions, since an id tells the
 * Pod and not the session in it; a GET stream whose connection to the backend breaks off goes on
 * from then on, without what the backend said meanwhile; and of two wishes of one client, at two
 * replicas, the earlier one may be stored last if the API server was away.
 *
 * <p>It tries the first 200 seeds; {@code -Dproperty.seeds=N} tries N, {@code -Dproperty.first=S}
 * begins at S, and {@code -Dproperty.seed=S} tries only S.
 */
class GatewayPropertyTest {
  private static final long USUAL_SEEDS = 200;
  private static final int MOST_FAILURES = 20;

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @Test
  void whatTheDesignPromisesHoldsWhateverHappensInWhateverOrder() {
    Long only = Long.getLong("property.seed");
    long count = only != null ? 1 : Long.getLong("property.seeds", USUAL_SEEDS);
    long first = only != null ? only : Long.getLong("property.first", 1);
    AtomicLong next = new AtomicLong(first);
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService workers = Executors.newFixedThreadPool(processors)) {
      for (int i = 0; i < processors; i++) {
        workers.execute(
            () -> {
              long seed = next.getAndIncrement();
              while (seed < first + count && failures.size() < MOST_FAILURES) {
                run(seed);
                seed = next.getAndIncrement();
              }
            });
      }
    }
    System.out.printf("Simulation of the gateway: %d seeds from %d.%n", count, first);
    assertThat(failures).isEmpty();
  }

  private void run(long seed) {
    GatewaySimulation simulation = new GatewaySimulation(seed, Decisions.REAL);
    try {
      for (Rules.Broken broken : simulation.run()) {
        fail(seed, simulation, broken.rule() + ": " + broken.how());
      }
    } catch (RuntimeException | Error e) {
      fail(seed, simulation, e + " at " + e.getStackTrace()[0]);
    }
  }

  private void fail(long seed, GatewaySimulation simulation, String how) {
    failures.add(
        String.format(
            "seed %d (again with -Dproperty.seed=%d): %s%n%s",
            seed, seed, how, failures.isEmpty() ? simulation.world.timeline.trace : ""));
  }
}
