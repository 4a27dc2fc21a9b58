package dev.mcpsession.token.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.Names;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RefreshTokensTest extends RefreshTokensFixture {
  @Test
  void aNewPairIsStoredAndHandedOut() throws Exception {
    Token token = tokens.issue(request(held -> true));
    assertThat(token.value()).isEqualTo("a1");
    assertThat(token.info().expiresAt()).isEqualTo(time.instant().plus(LIFE));
    assertStored("r1", "a1");
    assertThat(store.value("grant", "expires_at")).isEqualTo(token.info().expiresAt() + "");
    assertThat(store.annotation("grant", Names.CLAIM_HOLDER)).isNull();
    assertThat(state())
        .isInstanceOfSatisfying(
            SourceState.OnDemand.class, state -> assertThat(state.held()).isEqualTo(token.info()));
  }

  @Test
  void aTokenThatWillDoIsHandedOutWithoutACall() throws Exception {
    Token first = tokens.issue(request(held -> true));
    Token second = tokens.issue(request(held -> true));
    assertThat(second.value()).isEqualTo(first.value());
    assertThat(second.info()).isEqualTo(first.info());
    assertThat(issuer.presented()).containsExactly("r0");
  }

  @Test
  void fiftySessionsOnOneGrantMakeOneCall() throws Exception {
    CountDownLatch all = new CountDownLatch(50);
    issuer.beforeAnswering(all::await);
    List<Future<Token>> waiting = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      waiting.add(
          threads.submit(
              () -> {
                all.countDown();
                return tokens.issue(request(held -> true));
              }));
    }
    for (Future<Token> one : waiting) {
      assertThat(one.get().value()).isEqualTo("a1");
    }
    assertThat(issuer.presented()).containsExactly("r0");
  }

  @Test
  void everyRenewalUsesTheRefreshTokenOfTheOneBefore() throws Exception {
    for (int i = 1; i <= 20; i++) {
      assertThat(tokens.issue(request(held -> false)).value()).isEqualTo("a" + i);
    }
    assertThat(issuer.presented()).hasSize(20).doesNotHaveDuplicates();
    assertStored("r20", "a20");
  }

  @Test
  void aRefreshTokenThatTheAnswerLeavesOutStays() throws Exception {
    issuer.keepsRefreshTokens();
    tokens.issue(request(held -> false));
    assertThat(tokens.issue(request(held -> false)).value()).isEqualTo("a2");
    assertStored("r0", "a2");
  }

  @Test
  void anExpiryThatNobodySaysIsAssumed() throws Exception {
    issuer.saysExpiryOnlyWhenAsked(
        () -> {
          throw new TokenFailure(TokenFailure.Kind.FAILED, "away");
        });
    assertThat(tokens.issue(request(held -> true)).info().expiresAt())
        .isEqualTo(time.instant().plus(Duration.ofHours(1)));
  }

  @Test
  void aRejectedGrantIsNotTriedAgainUntilTheNextLogin() throws Exception {
    issuer.kill();
    assertFails(TokenFailure.Kind.REJECTED, "needs the new refresh_token");
    assertThat(state())
        .isInstanceOfSatisfying(
            SourceState.Unavailable.class,
            state -> {
              assertThat(state.kind()).isEqualTo(TokenFailure.Kind.REJECTED);
              assertThat(state.message()).contains("rejected for good (invalid_grant)");
            });
    assertFails(TokenFailure.Kind.REJECTED, "rejected for good (invalid_grant)");
    assertThat(issuer.presented()).containsExactly("r0");

    login("other");
    assertThat(state()).isInstanceOf(SourceState.OnDemand.class);
  }

  @Test
  void aGrantIsRejectedUntilTheSecretHoldsAnotherOne() throws Exception {
    assertThat(tokens.isRejected("team", SOURCE)).isFalse();
    issuer.kill();
    assertFails(TokenFailure.Kind.REJECTED, "needs the new refresh_token");
    assertThat(tokens.isRejected("team", SOURCE)).isTrue();
    store.failRead();
    assertThatThrownBy(() -> tokens.isRejected("team", SOURCE))
        .hasMessageContaining("could not read Secret grant");
    login("other");
    assertThat(tokens.isRejected("team", SOURCE)).isFalse();
    store.delete("grant");
    assertThat(tokens.isRejected("team", SOURCE)).isFalse();
  }

  @Test
  void whatALoginLeftOfTheOldGrantIsNotHandedOut() throws Exception {
    tokens.issue(request(held -> true));
    SourceState before = state();
    store.put(
        "grant",
        Map.of(
            "refresh_token", "other",
            "access_token", store.value("grant", "access_token"),
            "expires_at", store.value("grant", "expires_at")));
    assertThat(state())
        .isInstanceOfSatisfying(
            SourceState.OnDemand.class,
            state -> {
              assertThat(state.held()).isNull();
              assertThat(state.settings()).isNotEqualTo(((SourceState.OnDemand) before).settings());
            });
  }

  @Test
  void aRenewalOfOursIsNoChangeOfTheSource() throws Exception {
    String before = state().input();
    tokens.issue(request(held -> false));
    tokens.issue(request(held -> false));
    assertThat(state().input()).isEqualTo(before);
  }

  @Test
  void theEndOfASessionStopsNoRenewal() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    issuer.beforeAnswering(
        () -> {
          asked.countDown();
          interrupted.await();
        });
    Future<Token> call = threads.submit(() -> tokens.issue(request(held -> true)));
    asked.await();
    assertThat(tokens.isRenewing()).isTrue();
    call.cancel(true);
    interrupted.countDown();
    tokens.close();
    assertStored("r1", "a1");
    assertThat(tokens.isRenewing()).isFalse();
  }

  @Test
  void whoEndsBeginsNoRenewal() {
    tokens.close();
    assertThatThrownBy(() -> tokens.issue(request(held -> true))).isInstanceOf(Exception.class);
    assertThat(issuer.presented()).isEmpty();
    assertThat(store.writes).isZero();
  }

  @Test
  void theRefreshTokenOfAnImmutableSecretIsNotUsed() {
    store.makeImmutable("grant");
    assertFails(TokenFailure.Kind.FAILED, "Secret grant is immutable");
    assertThat(issuer.presented()).isEmpty();
    assertThat(store.writes).isZero();
  }

  @Test
  void aSecretWithoutTheLabelIsNotRead() {
    store.unlabel("grant");
    assertFails(TokenFailure.Kind.MISSING, Names.TOKEN_SOURCE_LABEL);
    assertThat(store.writes).isZero();
  }

  @Test
  void anAccessTokenThatWasRevokedIsForgotten() throws Exception {
    tokens.issue(request(held -> true));
    tokens.forget("team", "grant");
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a2");
  }

  @Test
  void noTextOfItsOwnShowsAValue() throws Exception {
    Token token = tokens.issue(request(held -> true));
    Grant grant = Grant.of(SOURCE, store.find("team", "grant"));
    OAuthClient client = OAuthClient.read(SOURCE, "team", store::find);
    assertThat(token + "" + grant + client + state()).doesNotContain("a1", "r1", "s3cr3t");
  }
}
