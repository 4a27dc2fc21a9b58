package dev.mcpsession.plan.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
  @ParameterizedTest(name = "after {0} failures about {1} s")
  @CsvSource({"1,5", "2,10", "3,20", "4,40", "5,80", "6,160", "7,300", "8,300", "2147483647,300"})
  void theDelayDoublesUpToFiveMinutesGiveOrTakeATenth(int failures, long seconds) {
    for (int i = 0; i < 500; i++) {
      assertThat(RetryPolicy.delay(failures, new UUID(1, i).toString()))
          .isBetween(Duration.ofMillis(seconds * 900), Duration.ofMillis(seconds * 1100));
    }
  }

  @ParameterizedTest(name = "after {0} failures from {1} to {2} s")
  @CsvSource({"1,2.5,7.5", "2,5,15", "6,80,240", "7,150,300", "2147483647,150,300"})
  void forATokenItIsGiveOrTakeHalfAndAtMostFiveMinutes(
      int failures, double shortest, double longest) {
    long[] millis =
        IntStream.range(0, 500)
            .mapToLong(
                i -> RetryPolicy.tokenDelay(failures, new UUID(1, i).toString(), null).toMillis())
            .toArray();
    double tenth = (longest - shortest) * 100;
    assertThat(LongStream.of(millis).min().orElseThrow())
        .isBetween((long) (shortest * 1000), (long) (shortest * 1000 + tenth));
    assertThat(LongStream.of(millis).max().orElseThrow())
        .isBetween((long) (longest * 1000 - tenth), (long) (longest * 1000));
  }

  @Test
  void anIssuerThatAsksForPatienceGetsItAndNotAllAtOnceWhenItIsOver() {
    Duration asked = Duration.ofMinutes(2);
    List<Duration> delays =
        IntStream.range(0, 500)
            .mapToObj(i -> RetryPolicy.tokenDelay(1, new UUID(1, i).toString(), asked))
            .toList();
    assertThat(delays)
        .allMatch(delay -> delay.compareTo(asked) >= 0)
        .allMatch(delay -> delay.compareTo(asked.plusSeconds(30)) <= 0)
        .anyMatch(delay -> delay.compareTo(asked.plusSeconds(3)) < 0)
        .anyMatch(delay -> delay.compareTo(asked.plusSeconds(27)) > 0);
  }

  @Test
  void anIssuerThatAsksForLessPatienceThanWeHaveIsNotTriedSooner() {
    String uid = new UUID(1, 1).toString();
    assertThat(RetryPolicy.tokenDelay(9, uid, Duration.ofSeconds(1)))
        .isEqualTo(RetryPolicy.tokenDelay(9, uid, null));
  }

  @Test
  void sessionsDoNotTryInStep() {
    assertThat(
            IntStream.range(0, 100)
                .mapToObj(i -> RetryPolicy.delay(1, new UUID(1, i).toString()))
                .distinct()
                .count())
        .isGreaterThan(50);
  }
}
