package dev.mcpsession.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingDecisionTest {
  @ParameterizedTest
  @CsvSource({
    // revisions: serving, feeding, without such a stream, ended it in good order; decision
    "1,1,0,0,STAY",
    "2,1,0,0,OPEN",
    "1,2,0,0,STAY", // news that are late
    "0,1,0,0,STAY",
    "0,0,0,0,STAY", // nothing is woken for a stream
    "1,0,0,0,OPEN", // it broke off
    "2,0,0,1,OPEN", // the one that ended it has gone
    "1,0,0,1,END_AS_BACKEND",
    "0,0,0,1,STAY",
    "2,1,2,0,STAY", // what still feeds it does so to its end
    "2,0,2,0,END",
    "2,0,2,2,END",
    "3,0,2,0,OPEN",
    "3,1,2,0,OPEN",
  })
  void aStreamOutlivesItsBackends(
      int serving, int feeding, int without, int endedWell, StandingDecision decision) {
    assertThat(
            StandingDecision.of(
                revision(serving), revision(feeding), revision(without), revision(endedWell)))
        .isEqualTo(decision);
  }

  private static OptionalInt revision(int number) {
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }
}
