package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  @ParameterizedTest
  @CsvSource({
    "1, PT1S",
    "' 120 ', PT2M",
    "300, PT5M",
    "301, PT5M",
    "31536000, PT5M",
    "999999999999999999, PT5M",
    "'Sat, 21 Nov 2026 09:31:30 GMT', PT1M30S",
    "'Sat, 21 Nov 2026 23:00:00 GMT', PT5M"
  })
  void secondsAndDatesAreReadUpToFiveMinutes(String header, Duration expected) {
    assertThat(RetryAfter.parse(header, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-5",
        "1.5",
        "soon",
        "9999999999999999999",
        "Sat, 21 Nov 2026 09:29:00 GMT",
        "Mon, 21 Nov 2026 09:31:00 GMT",
        "2026-11-21T09:31:00Z"
      })
  void whatIsOverOrIllegibleSaysNothing(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isNull();
  }

  @Test
  void noHeaderSaysNothing() {
    assertThat(RetryAfter.parse(null, NOW)).isNull();
  }
}
