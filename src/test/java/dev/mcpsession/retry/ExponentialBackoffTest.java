package dev.mcpsession.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExponentialBackoffTest {
  private static final Duration LONGEST_POSSIBLE = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

  @ParameterizedTest
  @CsvSource({
    "PT5S, PT5M, -1, PT0S",
    "PT5S, PT5M, 0, PT0S",
    "PT5S, PT5M, 1, PT5S",
    "PT5S, PT5M, 2, PT10S",
    "PT5S, PT5M, 6, PT2M40S",
    "PT5S, PT5M, 7, PT5M",
    "PT5S, PT5M, 8, PT5M",
    "PT1S, PT16S, 5, PT16S",
    "PT1S, PT16S, 6, PT16S",
    "PT0.2S, PT5S, 5, PT3.2S",
    "PT0.2S, PT5S, 6, PT5S",
    "PT0.1S, PT30S, 9, PT25.6S",
    "PT0.1S, PT30S, 10, PT30S",
    "PT7S, PT7S, 1, PT7S",
    "PT7S, PT7S, 2, PT7S",
    "PT5S, PT5M, 64, PT5M",
    "PT5S, PT5M, 65, PT5M",
    "PT5S, PT5M, 2147483647, PT5M",
    "PT5S, PT5M, -2147483648, PT0S"
  })
  void theDelayDoublesUpToTheLongest(
      Duration first, Duration longest, int failures, Duration expected) {
    assertThat(new ExponentialBackoff(first, longest).delay(failures)).isEqualTo(expected);
  }

  @Test
  void eachDelayIsTwiceTheOneBeforeOrTheLongest() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      Duration first = Duration.ofNanos(1 + random.nextLong(Duration.ofHours(1).toNanos()));
      Duration longest = first.plusNanos(random.nextLong(Duration.ofDays(1).toNanos()));
      ExponentialBackoff backoff = new ExponentialBackoff(first, longest);
      assertThat(backoff.delay(1)).as("%s", backoff).isEqualTo(first);
      for (int failures = 2; failures < 70; failures++) {
        Duration twice = backoff.delay(failures - 1).multipliedBy(2);
        assertThat(backoff.delay(failures))
            .as("%s after %d failures", backoff, failures)
            .isEqualTo(twice.compareTo(longest) < 0 ? twice : longest);
      }
    }
  }

  @Test
  void theLongestDurationOfJavaDoesNotOverflow() {
    ExponentialBackoff backoff = new ExponentialBackoff(Duration.ofNanos(1), LONGEST_POSSIBLE);
    assertThat(backoff.delay(93)).isLessThan(LONGEST_POSSIBLE);
    assertThat(backoff.delay(94)).isEqualTo(LONGEST_POSSIBLE);
    assertThat(backoff.delay(Integer.MAX_VALUE)).isEqualTo(LONGEST_POSSIBLE);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, PT1S", "PT-1S, PT1S", "PT2S, PT1S"})
  void theFirstDelayIsPositiveAndNotLongerThanTheLongest(Duration first, Duration longest) {
    assertThatIllegalArgumentException().isThrownBy(() -> new ExponentialBackoff(first, longest));
  }
}
