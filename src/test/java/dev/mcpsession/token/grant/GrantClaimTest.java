package dev.mcpsession.token.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.Names;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refresh token has one consumer at a time, and only one that leads. */
class GrantClaimTest extends RefreshTokensFixture {
  private static final String FAR_OFF = "2036-01-01T00:00:00Z";

  private final Instant begun = time.instant();

  @Test
  void anotherProcessClaimIsWaitedFor() throws Exception {
    failAfterTheClaim();
    assertThat(store.annotation("grant", Names.CLAIM_HOLDER)).isEqualTo("one");

    assertThat(operator("two").issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(passed()).isEqualTo(GrantRenewal.CLAIM);
  }

  @ParameterizedTest
  @ValueSource(strings = {FAR_OFF, "+999999999-12-31T23:59:59.999999999Z"})
  void aClaimFarInTheFutureIsWaitedForAsLongAsAClaimLasts(String until) throws Exception {
    store.annotate("grant", Names.CLAIM_UNTIL, until);
    store.annotate("grant", Names.CLAIM_HOLDER, "a leader of old");
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(passed()).isEqualTo(GrantRenewal.CLAIM);
    assertThat(store.annotation("grant", Names.CLAIM_UNTIL)).isNull();
  }

  @Test
  void aClaimWithoutAHolderBlocksNoLonger() throws Exception {
    store.annotate("grant", Names.CLAIM_UNTIL, FAR_OFF);
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(passed()).isEqualTo(GrantRenewal.CLAIM);
  }

  @Test
  void aNewClaimOfAnotherProcessIsWaitedForAnew() throws Exception {
    store.annotate("grant", Names.CLAIM_UNTIL, FAR_OFF);
    Sleeper claiming =
        afterThirtySeconds(
            () -> store.annotate("grant", Names.CLAIM_UNTIL, "2036-01-01T00:00:30Z"));
    assertThat(operator("two", claiming).issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(passed()).isEqualTo(GrantRenewal.CLAIM.plusSeconds(30));
  }

  @Test
  void aClaimIsWaitedForOnceThoughTheApiServerFailsMeanwhile() throws Exception {
    store.annotate("grant", Names.CLAIM_UNTIL, FAR_OFF);
    RefreshTokens two = operator("two", afterThirtySeconds(store::failRead));
    assertThatThrownBy(() -> two.issue(request(held -> true)))
        .hasMessageContaining("could not read Secret grant");
    assertThat(two.issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(passed()).isEqualTo(GrantRenewal.CLAIM);
  }

  @Test
  void oursIsNot() throws Exception {
    failAfterTheClaim();
    tokens.issue(request(held -> true));
    assertThat(passed()).isZero();
  }

  @Test
  void whoWasStoppedAfterItsClaimSendsNothing() {
    issuer.beforeSending(() -> time.pass(GrantRenewal.SEND_WITHIN));
    assertFails(TokenFailure.Kind.FAILED, "too late to send");
    assertThat(issuer.presented()).isEmpty();
  }

  @Test
  void whoWasDeposedSendsNothing() {
    issuer.beforeSending(() -> leads.set(false));
    assertFails(TokenFailure.Kind.FAILED, "too late to send");
    assertFails(TokenFailure.Kind.FAILED, "does not lead");
    assertThat(issuer.presented()).isEmpty();
  }

  @Test
  void aClaimIsNotMadeBeforeThereIsAPlaceAtTheIssuer() throws Exception {
    CountDownLatch other = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> before =
        threads.submit(
            () ->
                calls.limited(
                    SOURCE.tokenEndpoint(),
                    () -> {
                      begun.countDown();
                      other.await();
                      return null;
                    }));
    begun.await();
    Future<Token> call = threads.submit(() -> tokens.issue(request(held -> true)));
    await().during(Duration.ofMillis(100)).until(() -> store.writes == 0);
    assertThat(tokens.isRenewing()).isFalse();
    other.countDown();
    before.get();
    assertThat(call.get().value()).isEqualTo("a1");
  }

  @Test
  void twoProcessesNeverUseARefreshTokenTwice() throws Exception {
    // Who waits must not let the time of the other one's claim pass.
    Sleeper still = time -> LockSupport.parkNanos(100_000);
    RefreshTokens first = operator("first", still);
    RefreshTokens second = operator("second", still);
    List<Future<Token>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RefreshTokens one = i % 2 == 0 ? first : second;
      calls.add(threads.submit(() -> one.issue(request(held -> false))));
    }
    for (Future<Token> call : calls) {
      call.get();
    }
    assertThat(issuer.presented()).doesNotHaveDuplicates();
  }

  /** Leaves a claim behind. */
  private void failAfterTheClaim() {
    issuer.beforeSending(
        () -> {
          throw new TokenFailure(TokenFailure.Kind.FAILED, "reset");
        });
    assertFails(TokenFailure.Kind.FAILED, "reset");
  }

  /** Since the test began. */
  private Duration passed() {
    return Duration.between(begun, time.instant());
  }

  /** Lets the time pass, and something happen once. */
  private Sleeper afterThirtySeconds(Runnable event) {
    boolean[] happened = {false};
    return delay -> {
      time.pass(delay);
      if (!happened[0] && passed().toSeconds() >= 30) {
        happened[0] = true;
        event.run();
      }
    };
  }
}
