package dev.mcpsession.gateway.stream;

import static dev.mcpsession.gateway.stream.Lag.Change.CAUGHT_UP;
import static dev.mcpsession.gateway.stream.Lag.Change.FELL_BEHIND;
import static dev.mcpsession.gateway.stream.Lag.Change.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagTest {
  private final Lag lag = new Lag();

  @Test
  void aThousandEventsBehindAreToldOnce() {
    assertThat(lag.written(999)).isEqualTo(NONE);
    assertThat(lag.written(1)).isEqualTo(FELL_BEHIND);
    assertThat(lag.written(5000)).isEqualTo(NONE);
  }

  @Test
  void theyAreToldAgainOnlyAfterTheClientHadNearlyCaughtUp() {
    lag.written(1000);
    assertThat(lag.flushed(500)).isEqualTo(NONE);
    assertThat(lag.written(500)).isEqualTo(NONE);
    assertThat(lag.flushed(501)).isEqualTo(CAUGHT_UP);
    assertThat(lag.flushed(1)).isEqualTo(NONE);
    assertThat(lag.written(502)).isEqualTo(FELL_BEHIND);
  }

  @Test
  void aSlowClientIsNoneAnyMoreOnceItsStreamHasEnded() {
    assertThat(lag.end()).isEqualTo(NONE);
    lag.written(1000);
    assertThat(lag.end()).isEqualTo(CAUGHT_UP);
    assertThat(lag.end()).isEqualTo(NONE);
  }

  @Test
  void aClientThatTakesNothingIsSlowHoweverFewItsEventsAre() {
    lag.written(3);
    assertThat(lag.stalled()).isEqualTo(FELL_BEHIND);
    assertThat(lag.stalled()).isEqualTo(NONE);
    assertThat(lag.flushed(1)).isEqualTo(CAUGHT_UP);
  }
}
