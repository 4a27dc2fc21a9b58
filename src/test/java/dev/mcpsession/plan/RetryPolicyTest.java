package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
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

  @Test
  void sessionsDoNotTryInStep() {
    assertThat(
            java.util.stream.IntStream.range(0, 100)
                .mapToObj(i -> RetryPolicy.delay(1, new UUID(1, i).toString()))
                .distinct()
                .count())
        .isGreaterThan(50);
  }
}
