package dev.mcpsession.issuer.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.issuer.TokenAnswer;
import dev.mcpsession.issuer.TokenClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a real authorization server does, as far as ours builds on it. */
@KeycloakTest
class KeycloakIT {
  private static final String SESSION_GONE =
      "400 invalid_grant: Session doesn't have required client";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private final Keycloak keycloak;
  private final TokenClient client;

  KeycloakIT(Keycloak keycloak) {
    this.keycloak = keycloak;
    this.client = TokenClient.of(keycloak);
  }

  @Test
  void everyRefreshTokenLeadsToTheNext() {
    String token = keycloak.newGrant("alice");
    for (int i = 0; i < 20; i++) {
      TokenAnswer answer = refresh(token);
      assertThat(answer.status()).isEqualTo(200);
      assertLivesForAbout(300, answer);
      assertThat(answer.text("token_type")).isEqualTo("Bearer");
      assertThat(answer.refreshToken()).isNotEqualTo(token);
      assertThat(keycloak.isActive(answer.accessToken())).isTrue();
      token = answer.refreshToken();
    }
    assertThat(keycloak.refreshes()).isEqualTo(20);
    assertThat(keycloak.refused()).isZero();
  }

  @Test
  void aUsedRefreshTokenIsRefusedAndTakesAllThatCameOfItAlong() {
    String used = keycloak.newGrant("alice");
    TokenAnswer newer = refresh(used);

    assertThat(refresh(used).failure())
        .isEqualTo("400 invalid_grant: Maximum allowed refresh token reuse exceeded");

    assertThat(keycloak.isActive(newer.accessToken())).isFalse();
    assertThat(refresh(newer.refreshToken()).failure()).isEqualTo(SESSION_GONE);
    assertThat(keycloak.refreshes()).isOne();
    assertThat(keycloak.refused()).isEqualTo(2);
  }

  @Test
  void reuseEndsOneGrantOfAUserAndNotAnother() {
    String used = keycloak.newGrant("alice");
    String other = keycloak.newGrant("alice");
    refresh(used);
    refresh(used);
    assertThat(refresh(other).status()).isEqualTo(200);
  }

  @Test
  void ofManyConcurrentUsesOneIsAcceptedAndWhatItGaveIsWorthNothing() throws Exception {
    String token = keycloak.newGrant("alice");
    List<TokenAnswer> accepted = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<TokenAnswer>> uses = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        uses.add(threads.submit(() -> refresh(token)));
      }
      for (Future<TokenAnswer> use : uses) {
        if (use.get().status() == 200) {
          accepted.add(use.get());
        } else {
          assertThat(use.get().failure()).startsWith("400 invalid_grant: ");
        }
      }
    }
    assertThat(accepted).hasSize(1);
    assertThat(refresh(accepted.getFirst().refreshToken()).failure()).isEqualTo(SESSION_GONE);
    assertThat(keycloak.refreshes()).isOne();
    assertThat(keycloak.refused()).isEqualTo(8);
  }

  @Test
  void theGrantOfAUserWhoWasLoggedOutIsRefused() {
    String token = keycloak.newGrant("bob");
    keycloak.endGrants("bob");
    assertThat(refresh(token).failure()).isEqualTo("400 invalid_grant: Session not active");
  }

  @Test
  void anAccessTokenLivesAsLongAsTheRealmSays() {
    keycloak.accessTokenLifespan(Duration.ofSeconds(2));
    TokenAnswer answer = refresh(keycloak.newGrant("alice"));
    assertLivesForAbout(2, answer);
    await().atMost(Duration.ofSeconds(60)).until(() -> !keycloak.isActive(answer.accessToken()));
    assertThat(refresh(answer.refreshToken()).status()).isEqualTo(200);
  }

  @Test
  void aRevokedAccessTokenIsInactiveWhileItsGrantGoesOn() {
    TokenAnswer answer = refresh(keycloak.newGrant("alice"));
    Map<String, String> revoked =
        Map.of("token", answer.accessToken(), "token_type_hint", "access_token");

    assertThat(keycloak.isActive(answer.accessToken())).isTrue();
    assertThat(client.post(keycloak.revocationEndpoint(), revoked).status()).isEqualTo(200);

    assertThat(keycloak.isActive(answer.accessToken())).isFalse();
    assertThat(refresh(answer.refreshToken()).status()).isEqualTo(200);
    assertThat(keycloak.events("REVOKE_GRANT")).hasSize(1);
    assertThat(client.post(keycloak.revocationEndpoint(), revoked).status())
        .as("once more")
        .isEqualTo(200);
  }

  @Test
  void aRevokedRefreshTokenEndsItsGrant() {
    String token = keycloak.newGrant("alice");
    client.post(keycloak.revocationEndpoint(), Map.of("token", token));
    assertThat(refresh(token).failure()).isEqualTo("400 invalid_grant: Session not active");
  }

  @Test
  void userinfoTellsWhoseAnAccessTokenIsUntilItIsRevoked() {
    String token = keycloak.newAccessToken("carol");
    assertThat(keycloak.userOf(token)).isEqualTo("carol");
    client.post(keycloak.revocationEndpoint(), Map.of("token", token));
    assertThat(keycloak.userOf(token)).isEmpty();
  }

  @Test
  void clientCredentialsGiveAnAccessTokenAndNoRefreshToken() {
    TokenAnswer answer = token(Map.of("grant_type", "client_credentials"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().has("refresh_token")).isFalse();
    assertLivesForAbout(300, answer);
    assertThat(keycloak.isActive(answer.accessToken())).isTrue();
    assertThat(keycloak.events("CLIENT_LOGIN")).hasSize(1);
  }

  @Test
  void anExchangeNarrowsATokenToOneAudienceAndKeepsItsUser() throws IOException {
    String subject = keycloak.newAccessToken("carol");
    TokenAnswer answer = exchange(subject, keycloak.audience());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("issued_token_type")).isEqualTo(ACCESS_TOKEN);
    assertThat(answer.body().has("refresh_token")).isFalse();
    assertThat(claims(answer.accessToken()).path("aud").asText()).isEqualTo(keycloak.audience());
    assertThat(claims(answer.accessToken()).path("sub")).isEqualTo(claims(subject).path("sub"));
    assertThat(keycloak.isActive(answer.accessToken())).isTrue();
    assertThat(keycloak.events("TOKEN_EXCHANGE")).hasSize(1);
  }

  @Test
  void aTokenForAnotherAudienceIsInactiveForTheClientThatGotIt() {
    TokenAnswer answer = exchange(keycloak.newAccessToken("carol"), keycloak.audience());
    TokenAnswer introspected =
        client.post(keycloak.introspectionEndpoint(), Map.of("token", answer.accessToken()));
    assertThat(introspected.body()).hasToString("{\"active\":false}");
  }

  @Test
  void anExchangeIsRefusedForASubjectThatIsNoTokenAndForAnUnknownAudience() {
    assertThat(exchange("nonsense", keycloak.audience()).failure())
        .isEqualTo("400 invalid_request: Invalid token");
    assertThat(exchange(keycloak.newAccessToken("carol"), "nobody").failure())
        .isEqualTo("400 invalid_client: Audience not found");
  }

  @Test
  void aWrongClientSecretIsUnauthorizedClientAndUsesNothingUp() {
    String token = keycloak.newGrant("alice");
    // Not invalid_client, as RFC 6749 has it: only the status tells it from a refused grant.
    assertThat(client.withSecret("wrong").refresh(keycloak.tokenEndpoint(), token).failure())
        .isEqualTo("401 unauthorized_client: Invalid client or Invalid client credentials");
    assertThat(keycloak.refused()).isZero();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void anUnknownClientIsInvalidClient() {
    TokenClient unknown = new TokenClient(client.http(), "nobody", "wrong");
    assertThat(unknown.refresh(keycloak.tokenEndpoint(), "any").failure())
        .isEqualTo("401 invalid_client: Invalid client or Invalid client credentials");
  }

  @Test
  void anUnknownScopeIsInvalidScopeAndUsesNothingUp() {
    String token = keycloak.newGrant("alice");
    TokenAnswer answer =
        token(
            Map.of(
                "grant_type", "refresh_token", "refresh_token", token, "scope", "no-such-scope"));
    assertThat(answer.failure()).isEqualTo("400 invalid_scope: Invalid scopes: no-such-scope");
    assertThat(keycloak.refused()).isZero();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoRefreshTokenAtAllIsRefusedLikeAUsedOne() {
    assertThat(refresh("nonsense").failure()).isEqualTo("400 invalid_grant: Invalid refresh token");
    assertThat(keycloak.refused()).isOne();
  }

  /** Keycloak says what is left when it answers, which may take it a second or more. */
  private static void assertLivesForAbout(int seconds, TokenAnswer answer) {
    assertThat(answer.body().path("expires_in").asInt())
        .isBetween(Math.max(0, seconds - 10), seconds);
  }

  private TokenAnswer refresh(String refreshToken) {
    return client.refresh(keycloak.tokenEndpoint(), refreshToken);
  }

  private TokenAnswer exchange(String subject, String audience) {
    return token(
        Map.of(
            "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token", subject,
            "subject_token_type", ACCESS_TOKEN,
            "audience", audience));
  }

  private TokenAnswer token(Map<String, String> form) {
    return client.post(keycloak.tokenEndpoint(), form);
  }

  private static JsonNode claims(String jwt) throws IOException {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(jwt.split("\\.", 3)[1]));
  }
}
