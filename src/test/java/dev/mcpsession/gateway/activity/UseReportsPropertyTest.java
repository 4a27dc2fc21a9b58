package dev.mcpsession.gateway.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.Moments;
import dev.mcpsession.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds of the reports for whatever sequence of uses, with one replica and with several. Three
 * that take turns may write once more than two: they learn of each other's reports, but keep no
 * order among themselves.
 */
class UseReportsPropertyTest {
  private static final int[] TIMEOUTS = {1, 2, 7, 60, 900};
  private static final int USES = 300;

  static Stream<Integer> seeds() {
    return IntStream.range(0, Integer.getInteger("property.seeds", 300)).boxed();
  }

  /** One run. */
  private static final class Run {
    final Random random;
    final Duration timeout;
    final VirtualTime time = new VirtualTime();
    final VirtualTimer timer = new VirtualTimer(time);
    final ModelUses uses;
    final List<UseReporter> replicas;
    final List<Instant> used = new ArrayList<>();

    Run(int seed) {
      random = new Random(seed);
      timeout = Duration.ofSeconds(TIMEOUTS[random.nextInt(TIMEOUTS.length)]);
      uses = new ModelUses(time, timer, timeout);
      // Less than what the last use before the deadline leaves.
      uses.delay = random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(5);
      replicas =
          IntStream.rangeClosed(0, random.nextInt(3))
              .mapToObj(i -> new UseReporter(uses, time, () -> {}, timer, () -> {}, i / 3.0))
              .toList();
    }

    Duration window() {
      return timeout.dividedBy(5);
    }

    /** Close together, now and then, in a regular beat, or at the last moment. */
    Duration gap(int mood) {
      double share =
          switch (mood) {
            case 0 -> random.nextDouble() * 0.05;
            case 1 -> random.nextDouble() * 0.98;
            case 2 -> 0.9;
            case 3 -> 0.98;
            default -> random.nextDouble() * 0.3;
          };
      return Duration.ofMillis(Math.max(1, (long) (timeout.toMillis() * share)));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aSessionThatIsUsedInTimeIsNeverIdleAndIsSoItsTimeoutAfterTheLastUse(int seed) {
    Run run = new Run(seed);
    int mood = 0;
    for (int i = 0; i < USES; i++) {
      if (run.random.nextInt(20) == 0) {
        mood = run.random.nextInt(5);
      }
      run.timer.pass(run.gap(mood));
      Instant now = run.time.instant();
      assertThat(run.uses.now().idleAt(now)).as("idle before use %d", i).isAfter(now);
      assertReported(run, now);
      CompletableFuture<Boolean> goesOn =
          run.replicas
              .get(run.random.nextInt(run.replicas.size()))
              .used(run.uses.backend())
              .toCompletableFuture();
      run.used.add(now);
      run.timer.pass(run.uses.delay);
      assertThat(goesOn).as("use %d", i).isCompletedWithValue(true);
    }
    Instant last = run.used.getLast();
    run.timer.passUntil(last.plus(run.timeout).minusMillis(1));
    assertThat(run.uses.now().idleAt(run.time.instant())).isEqualTo(last.plus(run.timeout));
    assertThat(Moments.of(run.uses.times("lastActive")).busiest(run.timeout))
        .as(
            "%d replicas, timeout %s, answers after %s",
            run.replicas.size(), run.timeout, run.uses.delay)
        .isLessThanOrEqualTo(run.replicas.size() < 3 ? 5 : 6);
    run.timer.pass(run.timeout);
    assertThat(run.replicas).allSatisfy(it -> assertThat(it.known()).isZero());
  }

  /** By the end of its window; where several replicas report in turn, by the end of the third. */
  private static void assertReported(Run run, Instant now) {
    int windows = run.replicas.size() == 1 ? 1 : 3;
    Instant longAgo =
        now.minus(run.window().multipliedBy(windows)).minus(run.uses.delay.multipliedBy(2));
    Instant last =
        run.used.stream()
            .filter(it -> !it.isAfter(longAgo))
            .reduce((a, b) -> b)
            .orElse(Instant.MIN);
    assertThat(Objects.requireNonNull(run.uses.now().lastActiveAt(now))).isAfterOrEqualTo(last);
  }
}
