package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.StandingDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.PassedEvents;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReopeningTest {
  private static final OptionalInt NOBODY = OptionalInt.empty();

  private final Reopening reopening = new Reopening();
  private long now = -Duration.ofDays(1).toNanos(); // of a clock that may be negative

  private static Backend backend(int revision) {
    return RunningGateway.backend(URI.create("http://127.0.0.1:1/mcp"), revision);
  }

  private void serves(int revision) {
    reopening.serves(backend(revision), now);
  }

  private void ended(int revision, boolean broken) {
    reopening.ended(
        new Feed(
            backend(revision),
            Incarnation.first(revision),
            new PassedEvents(false),
            Optional.empty()),
        broken,
        now);
  }

  private void later(int millis) {
    now += Duration.ofMillis(millis).toNanos();
  }

  private StandingDecision decide(OptionalInt feeding) {
    return reopening.decide(feeding, now);
  }

  @Test
  void aBackendThatServesNowIsAskedAtOnce() {
    serves(2);
    assertThat(decide(OptionalInt.of(1))).isEqualTo(StandingDecision.OPEN);
    assertThat(decide(OptionalInt.of(2))).isEqualTo(StandingDecision.STAY);
    reopening.notServing();
    assertThat(decide(NOBODY)).isEqualTo(StandingDecision.STAY);
  }

  @Test
  void theNewestOneIsAskedAgainAfterAPauseThoughTheOldOneFeedsStill() {
    serves(2);
    ended(2, false);
    later(1900);
    assertThat(decide(OptionalInt.of(1))).isEqualTo(StandingDecision.STAY);
    later(100);
    assertThat(decide(OptionalInt.of(1))).isEqualTo(StandingDecision.OPEN);

    ended(2, true);
    later(400);
    assertThat(decide(OptionalInt.of(1))).isEqualTo(StandingDecision.STAY);
    later(100);
    assertThat(decide(OptionalInt.of(1))).isEqualTo(StandingDecision.OPEN);
  }

  @Test
  void whatTheOnlyOneHasEndedWellEndsUnlessAnotherOneServesSoon() {
    serves(1);
    ended(1, false);
    later(1900);
    assertThat(decide(NOBODY)).isEqualTo(StandingDecision.STAY);
    serves(2);
    assertThat(decide(NOBODY)).isEqualTo(StandingDecision.OPEN);

    ended(2, false);
    later(2000);
    assertThat(decide(NOBODY)).isEqualTo(StandingDecision.END_AS_BACKEND);
  }

  @Test
  void pausesGrowWithEachFailureAndRefusalsEndIt() {
    serves(1);
    ended(1, true);
    later(500);
    for (int pause : new int[] {500, 1000, 2000, 4000, 8000}) {
      assertThat(decide(NOBODY)).isEqualTo(StandingDecision.OPEN);
      reopening.failed(backend(1), true, now);
      later(pause - 1);
      assertThat(decide(NOBODY)).isEqualTo(StandingDecision.STAY);
      later(1);
    }
    reopening.failed(backend(1), true, now);
    assertThat(decide(NOBODY)).isEqualTo(StandingDecision.END);
  }
}
