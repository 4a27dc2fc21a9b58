package dev.mcpsession.token.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What an issuer answered is stored, whatever happens meanwhile. */
class AnswerStorageTest extends RefreshTokensFixture {
  @Test
  void anAnswerIsStoredBeforeItsExpiryIsAskedFor() throws Exception {
    issuer.saysExpiryOnlyWhenAsked(() -> assertStored("r1", "a1"));
    Token token = tokens.issue(request(held -> true));
    assertThat(token.info().expiresAt()).isEqualTo(time.instant().plus(LIFE));
    assertStored("r1", "a1");
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
  void aLostWriteIsNoticedThoughTheIssuerRepeatsTheRefreshToken() throws Exception {
    issuer.repeatsRefreshTokens();
    tokens.issue(request(held -> false));
    for (GrantSecrets.Fault fault : List.of(GrantSecrets.Fault.AWAY, GrantSecrets.Fault.CONFLICT)) {
      issuer.beforeAnswering(() -> store.fail(fault));
      Token token = tokens.issue(request(held -> false));
      assertStored("r0", token.value());
      assertThat(store.value("grant", "expires_at")).isEqualTo(token.info().expiresAt() + "");
    }
    assertThat(store.value("grant", "access_token")).isEqualTo("a3");
  }

  @Test
  void anAnswerWithARepeatedRefreshTokenThatWasStoredUnconfirmedIsNotStoredAgain()
      throws Exception {
    issuer.repeatsRefreshTokens();
    issuer.beforeAnswering(() -> store.fail(GrantSecrets.Fault.ANSWER_LOST));
    assertThat(tokens.issue(request(held -> true)).value()).isEqualTo("a1");
    assertThat(store.writes).as("claim and store").isEqualTo(2);
  }

  @Test
  void anAnswerDoesNotReplaceThatOfALaterRenewal() throws Exception {
    issuer.repeatsRefreshTokens();
    RefreshTokens other = operator("other");
    boolean[] waited = {false};
    RefreshTokens slow =
        operator(
            "slow",
            delay -> {
              time.pass(GrantRenewal.CLAIM);
              if (!waited[0]) {
                waited[0] = true;
                renew(other);
              }
            });
    issuer.beforeAnswering(() -> store.fail(GrantSecrets.Fault.AWAY));
    assertThat(slow.issue(request(held -> false)).value()).isEqualTo("a2");
    assertStored("r0", "a2");
  }

  private static void renew(RefreshTokens by) {
    try {
      by.issue(request(held -> false));
    } catch (TokenFailure | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRejectionThatCannotBeStoredEvictsNobody() {
    issuer.kill();
    issuer.beforeSending(
        () -> {
          for (int i = 0; i < 5; i++) {
            store.fail(GrantSecrets.Fault.AWAY);
          }
        });
    assertFails(TokenFailure.Kind.FAILED, "could not be marked as rejected");
    assertFails(TokenFailure.Kind.REJECTED, "needs the new refresh_token");
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

  private boolean isPlaceFree() {
    try {
      return threads
          .submit(() -> calls.limited(SOURCE.tokenEndpoint(), () -> true))
          .get(5, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
