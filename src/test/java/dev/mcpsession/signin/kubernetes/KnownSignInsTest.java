package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ALICE;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.FORGEJO;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.NOW;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofClient;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.stored;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.signin.identity.SignIn;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownSignInsTest {
  private final AtomicLong nanoTime = new AtomicLong();
  private final KnownSignIns known = new KnownSignIns(Duration.ofMinutes(20), nanoTime::get);
  private final SignIn first = stored(ofClient("id", FORGEJO, NOW), "uid", 5);
  private final SignIn second = stored(used(first, NOW.plusSeconds(1)), "uid", 6);

  private void pass(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  @Test
  void theNewerFormHoldsInWhicheverOrderTheyCome() {
    known.put(second, false);
    known.put(first, true);
    assertThat(known.find("id")).contains(second);
  }

  @Test
  void whatArrivesLateDoesNotUndoAnEnd() {
    known.put(first, true);
    known.gone("id", "uid");
    known.put(second, false);
    assertThat(known.find("id")).isEmpty();
    assertThat(known.isKnownToHaveEnded("id")).isTrue();
    assertThat(known.of(ALICE)).isEmpty();
  }

  @Test
  void aMarkIsAnEndAndStaysOneWhenItIsRemoved() {
    known.put(first, true);
    known.put(stored(first.ended(), "uid", 7), false);
    assertThat(known.isKnownToHaveEnded("id")).isTrue();
    assertThat(known.of(ALICE)).isEmpty();
    known.gone("id", "uid");
    assertThat(known.isKnownToHaveEnded("id")).isTrue();
  }

  @Test
  void thoseThatHaveNotEndedAreCounted() {
    known.put(first, true);
    known.put(stored(ofClient("other", FORGEJO, NOW), "another", 6), true);
    assertThat(known.open()).isEqualTo(2);
    known.put(stored(first.ended(), "uid", 7), true);
    assertThat(known.open()).as("one is marked").isOne();
    known.gone("other", "another");
    assertThat(known.open()).isZero();
  }

  @Test
  void oneThatBeginsAfterItWasLookedForInVainIsThere() {
    known.gone("id", "");
    assertThat(known.isKnownToHaveEnded("id")).isTrue();
    known.put(first, true);
    assertThat(known.isKnownToHaveEnded("id")).isFalse();
    assertThat(known.find("id")).contains(first);
  }

  @Test
  void theEndOfOneDoesNotTouchAnotherOfItsName() {
    known.put(stored(first, "another", 9), true);
    known.gone("id", "uid");
    assertThat(known.find("id")).isPresent();
  }

  @Test
  void whatTheWatchDoesNotShowIsNotCertainForLong() {
    known.put(first, false);
    pass(Duration.ofSeconds(10));
    assertThat(known.find("id")).isPresent();
    pass(Duration.ofSeconds(1));
    assertThat(known.find("id")).isEmpty();
    assertThat(known.isKnownToHaveEnded("id")).isFalse();
    assertThat(known.of(ALICE)).as("to be ended with the others").containsExactly(first);
    known.put(first, true);
    pass(Duration.ofDays(1));
    assertThat(known.find("id")).isPresent();
  }

  @Test
  void endsAreForgottenOnceNoAccessTokenOfThemIsGood() {
    known.put(first, true);
    known.gone("id", "uid");
    pass(Duration.ofMinutes(21));
    assertThat(known.isKnownToHaveEnded("id")).isFalse();
  }

  @Test
  void notMoreThanTwentyThousandEndsAreRemembered() {
    for (int i = 0; i <= 20_000; i++) {
      known.gone("id" + i, "");
    }
    assertThat(known.isKnownToHaveEnded("id0")).isFalse();
    assertThat(known.isKnownToHaveEnded("id1")).isTrue();
  }
}
