package dev.mcpsession.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in can be made to fail in every way, and to answer in odd ones. */
class ForgejoFaultsTest extends ForgejoIssuerFixture {
  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aStatusUsesNothingUp(int status) {
    String token = issuer.newGrant("alice");
    issuer.failNext(2, new IssuerFault.Status(status, null));
    assertThat(refresh(token).status()).isEqualTo(status);
    assertThat(refresh(token).status()).isEqualTo(status);
    assertThat(refresh(token).status()).isEqualTo(200);
    assertThat(issuer.refused()).isZero();
    assertThat(issuer.calls()).extracting(IssuerCall::status).containsExactly(status, status, 200);
  }

  @Test
  void aStatusMayAskForPatience() throws Exception {
    issuer.fail(new IssuerFault.Status(503, "120"));
    HttpResponse<Void> answer =
        client
            .http()
            .send(
                HttpRequest.newBuilder(URI.create(issuer.tokenEndpoint()))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("120");
  }

  @Test
  void aSlowAnswerIsOfACallThatWasDoneAtOnce() {
    String token = issuer.newGrant("alice");
    issuer.failNext(1, new IssuerFault.Slow(Duration.ofMillis(500)));
    Instant start = Instant.now();
    CompletableFuture<TokenAnswer> answer = CompletableFuture.supplyAsync(() -> refresh(token));
    await().until(() -> issuer.refreshes() == 1);
    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void silenceLastsUntilItIsHealedAndUsesNothingUp() {
    String token = issuer.newGrant("alice");
    issuer.fail(new IssuerFault.Silence());
    CompletableFuture<TokenAnswer> answer = CompletableFuture.supplyAsync(() -> refresh(token));
    await().until(() -> issuer.silentCalls() == 1);
    assertThat(answer).isNotDone();
    issuer.heal();
    assertThat(answer.join().status()).isEqualTo(503);
    assertThat(issuer.silentCalls()).isZero();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void aResetConnectionUsesNothingUp() {
    String token = issuer.newGrant("alice");
    issuer.failNext(1, new IssuerFault.Reset());
    assertThatThrownBy(() -> refresh(token)).isInstanceOf(UncheckedIOException.class);
    assertThat(issuer.refreshes()).isZero();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void aLostAnswerUsesTheTokenUp() {
    String token = issuer.newGrant("alice");
    issuer.failNext(1, new IssuerFault.AnswerLost());
    assertThatThrownBy(() -> refresh(token)).isInstanceOf(UncheckedIOException.class);
    assertThat(issuer.refreshes()).isOne();
    assertThat(issuer.calls()).extracting(IssuerCall::status).containsExactly(0);
    assertThat(refresh(token).failure()).isEqualTo(USED);
  }

  @Test
  void nonsenseIsSentAsItIs() {
    String token = issuer.newGrant("alice");
    issuer.failNext(1, new IssuerFault.Nonsense("text/html", "<html>Log in first</html>"));
    TokenAnswer answer = refresh(token);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().isMissingNode()).isTrue();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void anErrorMayRepeatWhatNobodyMaySee() {
    String token = issuer.newGrant("alice");
    issuer.failNext(1, new IssuerFault.Echo(400, "invalid_grant"));
    TokenAnswer answer = refresh(token);
    assertThat(answer.failure())
        .startsWith("400 invalid_grant: ")
        .contains(token, issuer.clientSecret());
    assertThat(issuer.refused()).isZero();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void theExpiryMayBeLeftOut() {
    issuer.fail(new IssuerFault.NoExpiry());
    TokenAnswer answer = refresh(issuer.newGrant("alice"));
    assertThat(answer.body().has("expires_in")).isFalse();
    assertThat(refresh(answer.refreshToken()).status()).isEqualTo(200);
  }

  @Test
  void withoutANewRefreshTokenTheOldOneStays() {
    String token = issuer.newGrant("alice");
    issuer.failNext(2, new IssuerFault.NoRefreshToken());
    assertThat(refresh(token).body().has("refresh_token")).isFalse();
    assertThat(refresh(token).accessToken()).isNotEmpty();
    assertThat(refresh(token).refreshToken()).isNotEqualTo(token);
    assertThat(issuer.refreshes()).isEqualTo(3);
  }
}
