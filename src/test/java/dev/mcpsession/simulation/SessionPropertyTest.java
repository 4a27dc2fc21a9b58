package dev.mcpsession.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Drives the operator's real decisions and requests against a model of the cluster, through random
 * interleavings of everything that can happen, and checks the result against the invariants of the
 * design.
 *
 * <p>It tries the first 2,000 seeds; {@code -Dproperty.seeds=N} tries N, {@code -Dproperty.first=S}
 * begins at S, and {@code -Dproperty.seed=S} tries only S. {@code -Dproperty.seconds=T} tries as
 * many seeds as fit into T seconds, other ones each day. The first seed and the last are printed.
 */
class SessionPropertyTest {
  private static final int STEPS = 300;

  private static final long USUAL_SEEDS = 2_000;

  /** More seeds than any machine can try in a day, so that no two days share one. */
  private static final long SEEDS_A_DAY = 10_000_000;

  /** So many failures tell enough; a defect may fail every seed. */
  private static final int MOST_FAILURES = 20;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.mcpsession.reconcile");
  private final Defects defects = new Defects();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  /** An error that the reconciler catches and logs, to continue, is still a defect. */
  private static final class Defects extends AppenderBase<ILoggingEvent> {
    private static final ThreadLocal<AssertionError> FIRST = new ThreadLocal<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (FIRST.get() == null) {
        Throwable cause =
            event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
        String at = cause == null ? "" : ": " + cause + " at " + cause.getStackTrace()[0];
        FIRST.set(new AssertionError(event.getFormattedMessage() + at, cause));
      }
    }

    void requireNone() {
      AssertionError defect = FIRST.get();
      if (defect != null) {
        FIRST.remove();
        throw defect;
      }
    }
  }

  @BeforeEach
  void listen() {
    log.setLevel(Level.ERROR);
    log.setAdditive(false);
    defects.start();
    log.addAppender(defects);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(defects);
    log.setAdditive(true);
    log.setLevel(null);
  }

  @Test
  void whatTheDesignPromisesHoldsWhateverHappensInWhateverOrder() {
    Long only = Long.getLong("property.seed");
    Long seconds = only != null ? null : Long.getLong("property.seconds");
    long count = only != null ? 1 : Long.getLong("property.seeds", USUAL_SEEDS);
    long first =
        only != null ? only : Long.getLong("property.first", seconds == null ? 1 : firstOfToday());
    long end = System.nanoTime() + Duration.ofSeconds(seconds == null ? 0 : seconds).toNanos();
    AtomicLong next = new AtomicLong(first);
    try (ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        workers.execute(
            () -> {
              while (failures.size() < MOST_FAILURES) {
                long seed = next.get();
                if (seconds == null ? seed >= first + count : System.nanoTime() > end) {
                  return;
                } else if (next.compareAndSet(seed, seed + 1)) {
                  run(seed);
                }
              }
            });
      }
    }
    System.out.printf("Simulation: seeds %d to %d.%n", first, next.get() - 1);
    assertThat(failures).as("first seed %d", first).isEmpty();
  }

  private static long firstOfToday() {
    return LocalDate.now(ZoneOffset.UTC).toEpochDay() * SEEDS_A_DAY;
  }

  private void run(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      simulation.run(STEPS);
      defects.requireNone();
    } catch (RuntimeException | Error e) {
      failures.add(
          String.format(
              "seed %d (again with -Dproperty.seed=%d): %s%n%s",
              seed, seed, e, failures.isEmpty() ? simulation.world.trace : ""));
    }
  }
}
