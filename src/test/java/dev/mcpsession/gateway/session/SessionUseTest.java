package dev.mcpsession.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionUseTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:30:00Z");

  private static SessionUse use(
      int timeout,
      @Nullable String lastActive,
      @Nullable String released,
      @Nullable String activeSince) {
    return new SessionUse(
        new SessionKey("team", "s", "u"),
        Duration.ofSeconds(timeout),
        false,
        Optional.empty(),
        false,
        AnnotatedTime.of(lastActive),
        null,
        AnnotatedTime.of(released),
        true,
        activeSince == null ? null : Instant.parse(activeSince),
        "7");
  }

  private static @Nullable String time(@Nullable String time) {
    return time == null || time.length() > 8 ? time : "2026-11-21T" + time + "Z";
  }

  /** Columns: idle timeout, lastActive, released, activeSince, when it is idle. */
  @ParameterizedTest
  @CsvSource({
    "900, 10:20:00, ,         10:00:00, 10:35:00",
    "900, 09:00:00, ,         10:20:00, 10:35:00",
    "900, ,         ,         10:20:00, 10:35:00",
    "900, not-a-time-at-all, , 10:20:00, 10:35:00",
    "900, 10:31:01, ,         10:20:00, 10:35:00",
    "900, 10:31:00, ,         10:20:00, 10:46:00",
    "900, 10:20:00, 10:25:00, 10:00:00, 10:25:00",
    "900, 10:25:00, 10:25:00, 10:00:00, 10:40:00",
    "900, 10:20:00, 10:36:00, 10:00:00, 10:35:00",
    "0,   10:20:00, ,         10:00:00, ",
    "0,   10:20:00, 10:25:00, 10:00:00, 10:25:00",
    "900, ,         10:25:00, ,         "
  })
  void theDeadlineIsTheOneOfTheOperator(
      int timeout,
      @Nullable String lastActive,
      @Nullable String released,
      @Nullable String activeSince,
      @Nullable String idle) {
    SessionUse use = use(timeout, time(lastActive), time(released), time(activeSince));
    String expected = time(idle);
    assertThat(use.idleAt(NOW)).isEqualTo(expected == null ? null : Instant.parse(expected));
  }

  @Test
  void aUseIsReportedLaterThanTheReleaseThatItEnds() {
    SessionUse use = use(900, null, "2026-11-21T10:30:00.500Z", "2026-11-21T10:00:00Z");
    assertThat(use.reportable(NOW, NOW)).isEqualTo("2026-11-21T10:30:00.501Z");
    assertThat(use.reportable(NOW.plusSeconds(1), NOW)).isEqualTo(NOW.plusSeconds(1));
  }
}
