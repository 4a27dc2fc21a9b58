package dev.mcpsession.plan.timing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T09:29:00Z,2026-11-21T09:29:00Z",
    "2026-11-21T09:29:00.123456789Z,2026-11-21T09:29:00.123456789Z",
    "2026-11-21T14:59:00+05:30,2026-11-21T09:29:00Z",
    "2026-11-21T04:29:00-05:00,2026-11-21T09:29:00Z",
    "2026-11-21T09:31:00Z,2026-11-21T09:31:00Z",
    "1970-01-01T00:00:00Z,1970-01-01T00:00:00Z"
  })
  void anRfc3339InstantIsUnderstood(String text, Instant instant) {
    Activity activity = Activity.read(text, NOW);
    assertThat(activity.at()).isEqualTo(instant);
    assertThat(activity.reason()).isEqualTo(Reason.Annotated);
    assertThat(activity.isGarbage()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "now",
        "176371740",
        "17637174000",
        "2026-11-21",
        "2026-11-21T09:29:00",
        "2026-13-01T00:00:00Z",
        "2026-11-21T09:29:00Z trailing",
        "2026-11-21T09:29:00+25:00",
        "2026-02-30T09:29:00Z",
        "21.11.2026 09:29:00 +0000",
        "2026-11-21 09:29:00 CET",
        "\u0000"
      })
  void whatIsNoInstantIsGarbageAndNotRepeatedAtLength(String text) {
    Activity activity = Activity.read(text, NOW);
    assertThat(activity.at()).isNull();
    assertThat(activity.reason()).isEqualTo(Reason.Unparseable);
    assertThat(activity.isGarbage()).isTrue();
    assertThat(activity.message()).hasSizeLessThan(250);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-21T09:29:00+0000|2026-11-21T09:29:00Z",
        "2026-11-21T10:29:00+01|2026-11-21T09:29:00Z",
        "2026-11-21T04:29:00-0500|2026-11-21T09:29:00Z",
        "2026-11-21T09:29:00-00:00|2026-11-21T09:29:00Z",
        "2026-11-21T04:29:00\u221205:00|2026-11-21T09:29:00Z",
        "2026-11-21 09:29:00Z|2026-11-21T09:29:00Z",
        "2026-11-21 09:29:00+00:00|2026-11-21T09:29:00Z",
        "2026-11-21 09:29:00.123456+00:00|2026-11-21T09:29:00.123456Z",
        "2026-11-21 09:29:00 UTC|2026-11-21T09:29:00Z",
        "2026-11-21 09:29:00.5 +0000 UTC m=+0.012|2026-11-21T09:29:00.5Z",
        "2026-11-21T10:29:00+01:00[Europe/Berlin]|2026-11-21T09:29:00Z",
        "2026-11-21t09:29:00z|2026-11-21T09:29:00Z",
        "2026-11-21t09:29:00.25z|2026-11-21T09:29:00.25Z",
        "2026-11-21T09:29:00,25Z|2026-11-21T09:29:00.25Z",
        "2026-11-21T09:29:00.1234567891234Z|2026-11-21T09:29:00.123456789Z",
        "2026-11-21T09:28:60Z|2026-11-21T09:28:59Z",
        "2026-11-21T09:29Z|2026-11-21T09:29:00Z",
        "20261121T092900Z|2026-11-21T09:29:00Z",
        "'  2026-11-21T09:29:00Z  '|2026-11-21T09:29:00Z",
        "'\"2026-11-21T09:29:00Z\"'|2026-11-21T09:29:00Z",
        "Sat, 21 Nov 2026 09:29:00 GMT|2026-11-21T09:29:00Z",
        "Sat, 21 Nov 2026 10:29:00 +0100|2026-11-21T09:29:00Z",
        "1795253340|2026-11-21T09:29:00Z",
        "1795253340.25|2026-11-21T09:29:00.25Z",
        "1795253340250|2026-11-21T09:29:00.25Z",
        "1795253340250125|2026-11-21T09:29:00.250125Z",
        "1795253340250125001|2026-11-21T09:29:00.250125001Z"
      })
  void whatCommonWritersWriteInsteadIsUnderstood(String text, Instant instant) {
    assertThat(Activity.read(text, NOW).at()).isEqualTo(instant);
    assertThat(Activity.read(text + "\n", NOW).reason()).isEqualTo(Reason.Annotated);
  }

  @ParameterizedTest(name = "from {0} to {1}: {2}, lost {3}")
  @CsvSource(
      nullValues = "none",
      value = {
        "none,none,false,false",
        "none,2026-11-21T09:29:00Z,false,false",
        "none,yesterday,true,false",
        "2026-11-21T09:20:00Z,2026-11-21T09:20:00Z,false,false",
        "2026-11-21T09:20:00Z,2026-11-21T09:29:00Z,false,false",
        "2026-11-21T09:20:00Z,none,true,true",
        "2026-11-21T09:20:00Z,2026-11-21T09:19:59Z,true,false",
        "2026-11-21T09:20:00Z,2026-11-21T09:17:00Z,true,true",
        "2026-11-21T09:20:00Z,yesterday,true,false",
        "yesterday,none,true,false",
        "yesterday,today,true,false",
        "yesterday,2026-11-21T09:29:00Z,false,false",
        "yesterday,2026-11-21T09:24:59Z,true,false",
        "2026-11-21T09:32:00Z,2026-11-21T09:32:10Z,true,false",
        "2026-11-21T09:32:00Z,2026-11-21T09:29:59Z,false,false"
      })
  void aChangeThatTheNewValueDoesNotTellIsASignOfUse(
      String before, String after, boolean sign, boolean lost) {
    Instant seenAt = Instant.parse("2026-11-21T09:25:00Z");
    assertThat(Activity.isSignOfUse(before, seenAt, after, NOW)).isEqualTo(sign);
    assertThat(Activity.isLost(before, after, Duration.ofMinutes(3), NOW)).isEqualTo(lost);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-11-21T09:31:00.001Z", "2027-01-01T00:00:00Z", "+999999999-12-31T23:59:59Z"})
  void whatLiesMoreThanAMinuteAheadIsGarbageUntilThen(String text) {
    Activity activity = Activity.read(text, NOW);
    assertThat(activity.at()).isNull();
    assertThat(activity.reason()).isEqualTo(Reason.InFuture);
    assertThat(activity.validAt()).isAfter(NOW);
    assertThat(Activity.read(text, activity.validAt()).at()).isNotNull();
  }

  @Test
  void longTextIsCutInTheMessage() {
    assertThat(Activity.read("9".repeat(5000), NOW).message()).hasSizeLessThan(250);
  }

  @Test
  void noAnnotationIsNoGarbage() {
    Activity activity = Activity.read(null, NOW);
    assertThat(activity.reason()).isEqualTo(Reason.NotAnnotated);
    assertThat(activity.isGarbage()).isFalse();
  }
}
