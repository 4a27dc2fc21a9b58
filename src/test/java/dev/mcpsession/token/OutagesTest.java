package dev.mcpsession.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutagesTest {
  private static final String ISSUER = "https://git.example/token";

  private final VirtualTime time = new VirtualTime();
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<String> wentOn = new ArrayList<>();
  private double random = 0.5;
  private final Outages outages =
      new Outages(
          (delay, alarm) -> alarms.add(new Alarm(time.instant().plus(delay), alarm)),
          time,
          () -> random);

  private record Alarm(Instant at, Runnable action) {}

  @Test
  void anEndpointThatAnswersIsCalledByEverybody() throws Exception {
    assertThat(outages.call(ISSUER, () -> "a")).isEqualTo("a");
    assertThat(outages.call(ISSUER, () -> "b")).isEqualTo("b");
    assertThat(outages.failing()).isEmpty();
    assertThat(alarms).isEmpty();
  }

  @Test
  void aFailingEndpointIsProbedAfterFiveTenTwentyAndThenEveryThirtySeconds() {
    outages.await(fail(), waiter("alice"));
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Instant failed = time.instant();
      runUntilProbe();
      delays.add(Duration.between(failed, time.instant()).toSeconds());
      outages.await(fail(), waiter("alice"));
    }
    assertThat(delays).containsExactly(5L, 10L, 20L, 30L, 30L, 30L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.999})
  void theDelayIsGiveOrTakeAFifthAndNeverMoreThanThirtySeconds(double drawn) {
    random = drawn;
    outages.await(fail(), waiter("alice"));
    for (double seconds : new double[] {5, 10, 20, 30, 30}) {
      Instant failed = time.instant();
      runUntilProbe();
      double share = Duration.between(failed, time.instant()).toMillis() / 1000.0 / seconds;
      assertThat(share).isBetween(0.79, seconds == 30 ? 1 : 1.21);
      assertThat(Math.abs(share - 1)).isGreaterThan(seconds == 30 && drawn > 0 ? -1 : 0.19);
      outages.await(fail(), waiter("alice"));
    }
  }

  @Test
  void theDelayCountsFromTheBeginningOfAProbeThatHangs() {
    outages.await(fail(), waiter("alice"));
    for (int i = 0; i < 5; i++) {
      runUntilProbe();
      outages.await(fail(Duration.ofSeconds(30), null), waiter("alice"));
    }
    Instant failed = time.instant();
    runUntilProbe();
    assertThat(time.instant()).isEqualTo(failed.plusSeconds(1));
  }

  @Test
  void anEndpointThatAsksForPatienceGetsIt() {
    outages.await(fail(Duration.ZERO, Duration.ofMinutes(2)), waiter("alice"));
    Instant failed = time.instant();
    runUntilProbe();
    assertThat(time.instant()).isEqualTo(failed.plusSeconds(120));
  }

  @Test
  void whileItIsFailingCallsAreRefusedWithTheCauseAndWithoutACall() {
    fail();
    AtomicBoolean called = new AtomicBoolean();
    assertThatThrownBy(() -> outages.call(ISSUER, () -> called.getAndSet(true)))
        .hasMessage("out of order")
        .isInstanceOfSatisfying(
            TokenFailure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.UNAVAILABLE);
              assertThat(failure.outage())
                  .isEqualTo(new TokenFailure.Outage(outages, ISSUER, false));
            });
    assertThat(called).isFalse();
  }

  @Test
  void theFirstAnswerLetsAllGoOnAndOnlyOneProbes() throws Exception {
    outages.await(fail(), waiter("alice"));
    outages.await(refused(), waiter("bob"));
    outages.await(refused(), waiter("carol"));
    runUntilProbe();
    assertThat(wentOn).containsExactly("bob probes");
    assertThat(outages.call(ISSUER, () -> "token")).isEqualTo("token");
    assertThat(wentOn).containsExactly("bob probes", "alice", "carol");
    assertThat(outages.failing()).isEmpty();
  }

  @Test
  void whoCalledInVainProbesAfterAllOthers() {
    outages.await(fail(), waiter("alice"));
    outages.await(refused(), waiter("bob"));
    runUntilProbe();
    outages.await(fail(), waiter("bob"));
    outages.await(refused(), waiter("carol"));
    runUntilProbe();
    outages.await(fail(), waiter("carol"));
    runUntilProbe();
    assertThat(wentOn).containsExactly("bob probes", "carol probes", "alice probes");
  }

  @Test
  void whoIsGoneDoesNotProbe() {
    AtomicBoolean wanted = new AtomicBoolean(true);
    outages.await(fail(), waiter("alice", wanted));
    outages.await(fail(), waiter("bob"));
    wanted.set(false);
    runUntilProbe();
    assertThat(wentOn).containsExactly("bob probes");
  }

  @Test
  void ifTheProbeDoesNotGetAsFarAsTheEndpointAnotherIsMadeASecondLater() {
    outages.await(fail(), waiter("alice"));
    outages.await(refused(), waiter("bob"));
    runUntilProbe();
    Instant due = time.instant();
    runUntilProbe();
    assertThat(time.instant()).isEqualTo(due.plusSeconds(1));
    assertThat(wentOn).containsExactly("bob probes", "alice probes");
  }

  @Test
  void ifTheProbeSaysNothingAboutTheEndpointAnotherIsMadeAtOnce() {
    outages.await(fail(), waiter("alice"));
    outages.await(refused(), waiter("bob"));
    runUntilProbe();
    Instant due = time.instant();
    assertThatThrownBy(
            () ->
                outages.call(
                    ISSUER,
                    () -> {
                      throw new TokenFailure(TokenFailure.Kind.FAILED, "wrong client");
                    }))
        .hasMessage("wrong client");
    runUntilProbe();
    assertThat(time.instant()).isEqualTo(due);
    assertThat(wentOn).containsExactly("bob probes", "alice probes");
  }

  @Test
  void aCallThatBeganBeforeTheAnswerOfAnotherSaysNothingAnyMore() throws Exception {
    String answer =
        outages.call(
            ISSUER,
            () -> {
              assertThatThrownBy(
                      () ->
                          outages.call(
                              ISSUER,
                              () -> {
                                outages.call(ISSUER, () -> "token");
                                throw unavailable(null);
                              }))
                  .hasMessage("out of order");
              return "other";
            });
    assertThat(answer).isEqualTo("other");
    assertThat(outages.failing()).isEmpty();
  }

  @Test
  void aFailureOfTheApiServerWithinACallIsNotTheIssuers() {
    assertThatThrownBy(
            () ->
                outages.call(
                    ISSUER,
                    () ->
                        outages.call(
                            EndpointCalls.KUBERNETES,
                            () -> {
                              throw unavailable(null);
                            })))
        .hasMessage("out of order");
    assertThat(outages.failing()).containsExactly(EndpointCalls.KUBERNETES);
  }

  @Test
  void whatNobodyWaitsForIsForgotten() {
    fail();
    runNext();
    assertThat(outages.failing()).isEmpty();
    assertThat(alarms).isEmpty();
  }

  private TokenFailure.Outage fail() {
    return fail(Duration.ZERO, null);
  }

  private TokenFailure.Outage fail(Duration takes, @Nullable Duration retryAfter) {
    return outageOf(
        () -> {
          time.pass(takes);
          throw unavailable(retryAfter);
        });
  }

  private TokenFailure.Outage refused() {
    return outageOf(() -> "token");
  }

  private TokenFailure.Outage outageOf(CallLimits.LimitedCall<String> call) {
    try {
      throw new AssertionError(outages.call(ISSUER, call));
    } catch (TokenFailure failure) {
      TokenFailure.Outage outage = failure.outage();
      assertThat(outage).isNotNull();
      return outage;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static TokenFailure unavailable(@Nullable Duration retryAfter) {
    return new TokenFailure(TokenFailure.Kind.UNAVAILABLE, "out of order", retryAfter);
  }

  private Outages.Waiter waiter(String name) {
    return waiter(name, new AtomicBoolean(true));
  }

  private Outages.Waiter waiter(String name, AtomicBoolean wanted) {
    return new Outages.Waiter() {
      @Override
      public boolean isWanted() {
        return wanted.get();
      }

      @Override
      public void goOn(boolean answered) {
        wentOn.add(answered ? name : name + " probes");
      }
    };
  }

  private void runUntilProbe() {
    int before = wentOn.size();
    while (wentOn.size() == before) {
      runNext();
    }
  }

  private void runNext() {
    Alarm next =
        alarms.stream()
            .min((a, b) -> a.at().compareTo(b.at()))
            .orElseThrow(() -> new AssertionError("no alarm is set"));
    alarms.remove(next);
    time.pass(Duration.between(time.instant(), next.at()));
    next.action().run();
  }
}
