package dev.mcpsession.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DrainEndTest {
  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final DrainEnd serving = DrainEnd.none(4);

  @Test
  void aBackendThatServesHasNoEnd() {
    assertThat(serving.isOver(Instant.MAX)).isFalse();
    assertThat(serving.serves(4, NOON, MINUTE)).isEqualTo(serving);
    assertThat(serving.serves(3, NOON, MINUTE)).isEqualTo(serving);
  }

  @Test
  void itsTimeIsOverADrainAfterItsSuccessorsPromotion() {
    DrainEnd end = serving.serves(6, NOON, MINUTE);
    assertThat(end.isOver(NOON.plusSeconds(59))).isFalse();
    assertThat(end.isOver(NOON.plusSeconds(60))).isTrue();
  }

  @Test
  void laterSuccessorsGiveItNoMoreTime() {
    DrainEnd end = serving.serves(5, NOON, MINUTE);
    assertThat(end.serves(6, NOON.plusSeconds(30), MINUTE)).isEqualTo(end);
    assertThat(end.serves(6, NOON.plusSeconds(30), Duration.ZERO).at())
        .contains(NOON.plusSeconds(30));
  }
}
