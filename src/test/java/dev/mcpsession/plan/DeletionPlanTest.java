package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.plan.observed.RevocationCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletion of sessions, with a clock that advances from one decision to the next. */
class DeletionPlanTest {
  private static final Instant DELETED = Instant.parse("2026-11-21T09:30:00Z");

  private final List<Long> triedAt = new ArrayList<>();
  private Instant now = DELETED;
  private RevocationCall call = new RevocationCall.None();

  @Test
  void triesGetRarerAndEndBeforeTheMinuteDoes() {
    assertThat(letGo(Duration.ZERO)).contains("7 tries");
    assertThat(triedAt).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 47L);
    assertThat(now).as("no further try would fit in").isEqualTo(DELETED.plusSeconds(47));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 10, 29, 30, 40, 54, 55, 3600})
  void noAnswerTakesSoLongThatTheSessionStaysForMoreThanAMinute(int seconds) {
    assertThat(letGo(Duration.ofSeconds(seconds))).contains("could not be revoked");
    assertThat(now).isBeforeOrEqualTo(DELETED.plusSeconds(55));
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 55, 60, 90, 86_400})
  void anOperatorThatComesLateTriesOnceAndLetsGoSoon(int seconds) {
    now = DELETED.plusSeconds(seconds);
    Instant seen = now;
    letGo(Duration.ofHours(1));
    assertThat(triedAt).hasSize(1);
    assertThat(now).isBeforeOrEqualTo(seen.plusSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, 3600})
  void aClockThatIsBehindTheApiServersHoldsNothingForLonger(int seconds) {
    now = DELETED.minusSeconds(seconds);
    Instant seen = now;
    letGo(Duration.ofHours(1));
    assertThat(now).isBeforeOrEqualTo(seen.plusSeconds(55));
  }

  @Test
  void aTokenThatIsAskedForIsWaitedForSoThatItCanBeRevoked() {
    assertThat(DeletionPlan.decide(DELETED, true, call, now))
        .isEqualTo(new DeletionPlan.NextStep.WaitUntil(DELETED.plusSeconds(50)));
    assertThat(DeletionPlan.decide(DELETED, true, call, DELETED.plusSeconds(50)))
        .isEqualTo(new DeletionPlan.NextStep.Revoke(DELETED.plusSeconds(55)));
  }

  @Test
  void nothingIsSaidWhereNoTokenStaysValid() {
    for (RevocationCall over :
        List.of(new RevocationCall.Revoked(), new RevocationCall.NothingToRevoke())) {
      assertThat(DeletionPlan.decide(DELETED, false, over, now))
          .isEqualTo(new DeletionPlan.NextStep.Release(null));
    }
  }

  /** Lets every try fail after this long; returns why a token stays valid. */
  private String letGo(Duration answerTakes) {
    while (true) {
      switch (DeletionPlan.decide(DELETED, false, call, now)) {
        case DeletionPlan.NextStep.Release(String loss) -> {
          return loss;
        }
        case DeletionPlan.NextStep.WaitUntil(Instant at) -> {
          assertThat(at).isAfter(now);
          now = at;
        }
        case DeletionPlan.NextStep.Revoke(Instant patientUntil) -> {
          triedAt.add(Duration.between(DELETED, now).toSeconds());
          tryInVain(answerTakes, patientUntil);
        }
      }
    }
  }

  private void tryInVain(Duration answerTakes, Instant patientUntil) {
    RevocationCall.InFlight begun =
        call instanceof RevocationCall.Failed failed
            ? new RevocationCall.InFlight(failed.first(), failed.tries() + 1)
            : new RevocationCall.InFlight(now, 1);
    Instant answered = now.plus(answerTakes);
    if (answered.isAfter(patientUntil)) {
      assertThat(DeletionPlan.decide(DELETED, false, begun, now))
          .isEqualTo(new DeletionPlan.NextStep.WaitUntil(patientUntil));
      now = patientUntil;
      call = begun;
    } else {
      now = answered;
      call = new RevocationCall.Failed(begun.first(), begun.tries(), now, "it said no");
    }
  }
}
