package dev.mcpsession.plan.timing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Reason;
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
        "1763717400",
        "2026-11-21",
        "2026-11-21T09:29:00",
        "2026-13-01T00:00:00Z",
        "2026-11-21T09:29:00Z trailing",
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
