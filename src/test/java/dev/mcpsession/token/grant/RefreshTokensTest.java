package dev.mcpsession.token.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.issuer.SingleUseIssuer;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefreshTokensTest {
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final OAuth2RefreshSource SOURCE =
      new OAuth2RefreshSource(
          "https://git.example/token", "client", "grant", null, null, null, null, null);
  private static final TokenSpec SPEC =
      new TokenSpec(null, null, null, null, null, SOURCE, null, null);

  private final VirtualTime time = new VirtualTime();
  private final GrantSecrets store = new GrantSecrets();
  private final SingleUseIssuer issuer = new SingleUseIssuer(time, LIFE);
  private final AtomicBoolean leads = new AtomicBoolean(true);
  private final CallLimits limits = new CallLimits(20, 1);
  private final List<RefreshTokens> opened = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RefreshTokens tokens = operator("one");

  @BeforeEach
  void secrets() {
    store.put("client", Map.of("client_id", "mcp", "client_secret", "s3cr3t"));
    login("r0");
  }

  @AfterEach
  void close() {
    opened.forEach(RefreshTokens::close);
    threads.shutdownNow();
  }

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
  void anAnswerIsStoredBeforeItsExpiryIsAskedFor() throws Exception {
    issuer.saysExpiryOnlyWhenAsked(() -> assertStored("r1", "a1"));
    Token token = tokens.issue(request(held -> true));
    assertThat(token.info().expiresAt()).isEqualTo(time.instant().plus(LIFE));
    assertStored("r1", "a1");
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
  void anAnswerIsStoredHoweverLongTheApiServerIsAway() throws Exception {
    issuer.beforeAnswering(
        () -> {
          for (int i = 0; i < 30; i++) {
            store.fail(GrantSecrets.Fault.AWAY);
          }
        });
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertStored("r1", "a1");
  }

  @Test
  void anAnswerThatWasStoredUnconfirmedCountsAsStored() throws Exception {
    issuer.beforeAnswering(() -> store.fail(GrantSecrets.Fault.ANSWER_LOST));
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(store.writes).as("claim and store").isEqualTo(2);
  }

  @Test
  void aConflictLosesNothing() throws Exception {
    issuer.beforeAnswering(() -> store.fail(GrantSecrets.Fault.CONFLICT));
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertStored("r1", "a1");
  }

  @Test
  void aLoginMeanwhileWins() throws Exception {
    issuer.beforeAnswering(() -> login("other"));
    assertFails(TokenFailure.Kind.FAILED, "was replaced while");
    assertThat(store.value("grant", "refresh_token")).isEqualTo("other");
  }

  @Test
  void aRejectionOfWhatALoginReplacedMeanwhileIsNotForGood() {
    issuer.kill();
    issuer.beforeSending(() -> login("other"));
    assertFails(TokenFailure.Kind.FAILED, "was replaced while");
    assertThat(state()).isInstanceOf(SourceState.OnDemand.class);
  }

  @Test
  void aGrantDeletedMeanwhileIsReported() {
    issuer.beforeAnswering(() -> store.delete("grant"));
    assertFails(TokenFailure.Kind.FAILED, "was deleted while");
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
  void anotherProcessClaimIsWaitedFor() throws Exception {
    Instant claimed = time.instant();
    issuer.beforeSending(
        () -> {
          throw new TokenFailure(TokenFailure.Kind.FAILED, "killed");
        });
    assertFails(TokenFailure.Kind.FAILED, "killed");
    assertThat(store.annotation("grant", Names.CLAIM_HOLDER)).isEqualTo("one");

    assertThat(operator("two").issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(Duration.between(claimed, time.instant())).isEqualTo(GrantRenewal.CLAIM);
  }

  @Test
  void oursIsNot() throws Exception {
    Instant claimed = time.instant();
    issuer.beforeSending(
        () -> {
          throw new TokenFailure(TokenFailure.Kind.FAILED, "reset");
        });
    assertFails(TokenFailure.Kind.FAILED, "reset");
    tokens.issue(request(held -> true));
    assertThat(time.instant()).isEqualTo(claimed);
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
  void whoWasDeposedStoresWhatItWasAnswered() throws Exception {
    issuer.beforeAnswering(() -> leads.set(false));
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertStored("r1", "a1");
  }

  @Test
  void anAnswerThatIsBeingStoredTakesNoPlaceAtTheIssuer() throws Exception {
    AtomicBoolean called = new AtomicBoolean();
    Runnable anotherCall = () -> called.set(isPlaceFree());
    issuer.beforeAnswering(() -> store.beforeWrite(anotherCall));
    tokens.issue(request(held -> true));
    assertThat(called).isTrue();
    assertStored("r1", "a1");
  }

  @Test
  void aClaimIsNotMadeBeforeThereIsAPlaceAtTheIssuer() throws Exception {
    CountDownLatch other = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> before =
        threads.submit(
            () ->
                limits.call(
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

  private boolean isPlaceFree() {
    try {
      return threads
          .submit(() -> limits.call(SOURCE.tokenEndpoint(), () -> true))
          .get(5, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return false;
    }
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

  private void login(String refreshToken) {
    store.put("grant", Map.of("refresh_token", refreshToken));
  }

  private SourceState state() {
    return RefreshTokens.state(SOURCE, "team", store::find);
  }

  private void assertStored(String refreshToken, String accessToken) {
    assertThat(store.value("grant", "refresh_token")).isEqualTo(refreshToken);
    assertThat(store.value("grant", "access_token")).isEqualTo(accessToken);
  }

  private void assertFails(TokenFailure.Kind kind, String words) {
    assertThatThrownBy(() -> tokens.issue(request(held -> true)))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            TokenFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }

  private static TokenSource.Request request(Predicate<TokenInfo> acceptable) {
    return new TokenSource.Request("team", "alice", "uid-1", SPEC, acceptable);
  }

  private RefreshTokens operator(String holder) {
    return operator(holder, time::pass);
  }

  private RefreshTokens operator(String holder, Sleeper sleeper) {
    RefreshTokens made =
        new RefreshTokens(
            store::find, store, issuer, limits, holder, leads::get, time, time, sleeper);
    opened.add(made);
    return made;
  }
}
