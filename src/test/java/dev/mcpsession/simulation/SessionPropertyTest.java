package dev.mcpsession.simulation;

import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Drives the operator's real decisions and requests against a model of the cluster, through random
 * interleavings of everything that can happen, and checks the result against the invariants of the
 * design. {@code -Dproperty.seeds=N} tries more, {@code -Dproperty.seed=S} only one.
 */
class SessionPropertyTest {
  private static final int STEPS = 300;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.mcpsession.reconcile");
  private final Defects defects = new Defects();

  /** An error that the reconciler catches and logs, to continue, is still a defect. */
  private static final class Defects extends AppenderBase<ILoggingEvent> {
    private final List<AssertionError> seen = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      Throwable cause =
          event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
      seen.add(new AssertionError(event.getFormattedMessage(), cause));
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
    LongStream seeds =
        only != null
            ? LongStream.of(only)
            : LongStream.rangeClosed(1, Long.getLong("property.seeds", 400));
    seeds.forEach(this::run);
  }

  private void run(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      simulation.run(STEPS);
      if (!defects.seen.isEmpty()) {
        throw defects.seen.getFirst();
      }
    } catch (AssertionError | RuntimeException e) {
      fail(
          "seed %d (again with -Dproperty.seed=%d): %s%n%s%n",
          seed, seed, e, simulation.world.trace, e);
    }
  }
}
