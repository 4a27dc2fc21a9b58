package dev.mcpsession.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** When keys are read, in virtual time and with a background that a test lets run. */
class IssuerKeysTest {
  private static final TestKey ONE = TestKey.ec("one");
  private static final TestKey TWO = TestKey.ec("two");

  private final VirtualTime time = new VirtualTime();
  private final KeysOnRequest issuer = new KeysOnRequest(ONE.jwk());
  private final Queue<Runnable> background = new ArrayDeque<>();
  private final IssuerKeys keys =
      new IssuerKeys("https://sso.example", issuer, background::add, time);

  @Test
  void keysAreReadAtTheStartAndEveryFiveMinutes() {
    assertThat(keys.state().fault()).contains("its keys were not read yet");
    tick();
    assertThat(keys.state().fault()).isEmpty();
    assertThat(ids()).containsExactly("one");

    passTicking(Duration.ofSeconds(299));
    assertThat(issuer.requests()).isOne();
    issuer.publish(TWO.jwk());
    passTicking(Duration.ofSeconds(1));
    assertThat(issuer.requests()).isEqualTo(2);
    assertThat(ids()).containsExactly("two");
  }

  @Test
  void whileTheIssuerIsAwayItIsAskedAfterDoublingDelaysAndTheLastKeysStay() {
    tick();
    issuer.goAway("no answer");
    passTicking(Duration.ofMinutes(5));
    assertThat(issuer.requests()).isEqualTo(2);
    assertThat(keys.state().fault()).contains("no answer");
    assertThat(ids()).containsExactly("one");

    List<Long> asked = new ArrayList<>();
    int before = issuer.requests();
    for (long second = 1; second <= 121; second++) {
      passTicking(Duration.ofSeconds(1));
      if (issuer.requests() > before) {
        asked.add(second);
        before = issuer.requests();
      }
    }
    assertThat(asked).containsExactly(1L, 3L, 7L, 15L, 31L, 61L, 91L, 121L);
    assertThat(ids()).containsExactly("one");

    issuer.publish(TWO.jwk());
    passTicking(Duration.ofSeconds(30));
    assertThat(keys.state().fault()).isEmpty();
    assertThat(ids()).containsExactly("two");
  }

  @Test
  void anUnknownKeyIsAskedForAtOnceAndThenAtMostOnceInTenSeconds() {
    tick();
    List<Long> asked = new ArrayList<>();
    for (long second = 0; second < 35; second++) {
      int before = issuer.requests();
      for (int token = 0; token < 100; token++) {
        keys.refreshed();
        run();
      }
      if (issuer.requests() > before) {
        asked.add(second);
        assertThat(issuer.requests()).isEqualTo(before + 1);
      }
      time.pass(Duration.ofSeconds(1));
    }
    assertThat(asked).containsExactly(0L, 10L, 20L, 30L);
  }

  @Test
  void anIssuerThatIsAwayIsNotAskedMoreOftenForUnknownKeys() {
    tick();
    issuer.goAway("no answer");
    for (int token = 0; token < 100; token++) {
      assertThat(refreshed().fault()).contains("no answer");
    }
    assertThat(issuer.requests()).isEqualTo(2);
  }

  @Test
  void manyTokensWaitForOneAnswer() {
    tick();
    issuer.publish(ONE.jwk(), TWO.jwk());
    List<CompletionStage<IssuerKeys.State>> waiting = new ArrayList<>();
    for (int token = 0; token < 100; token++) {
      waiting.add(keys.refreshed());
    }
    assertThat(waiting).noneMatch(stage -> stage.toCompletableFuture().isDone());
    run();
    assertThat(issuer.requests()).isEqualTo(2);
    assertThat(waiting)
        .allSatisfy(
            stage ->
                assertThat(stage.toCompletableFuture().join().keys().orElseThrow().keys())
                    .hasSize(2));
  }

  @Test
  void aTokenWaitsForTheFirstAnswer() {
    keys.tick();
    CompletionStage<IssuerKeys.State> waiting = keys.refreshed();
    assertThat(waiting.toCompletableFuture()).isNotDone();
    run();
    assertThat(waiting.toCompletableFuture()).isDone();
    assertThat(issuer.requests()).isOne();
  }

  @Test
  void aMistakeInReadingIsAFaultAndIsTriedAgain() {
    IssuerKeys broken =
        new IssuerKeys(
            "https://sso.example",
            () -> {
              throw new IllegalStateException("a bug");
            },
            Runnable::run,
            time);
    broken.tick();
    assertThat(broken.state().fault()).contains("reading its keys failed; the log says why");
  }

  private IssuerKeys.State refreshed() {
    CompletionStage<IssuerKeys.State> stage = keys.refreshed();
    run();
    return stage.toCompletableFuture().join();
  }

  private void passTicking(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      time.pass(Duration.ofSeconds(1));
      tick();
    }
  }

  private void tick() {
    keys.tick();
    run();
  }

  private void run() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
  }

  private List<String> ids() {
    return keys.state().keys().orElseThrow().keys().stream()
        .map(key -> key.id().orElseThrow())
        .toList();
  }
}
