package dev.mcpsession.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.gateway.auth.Authentication.Authenticated;
import dev.mcpsession.gateway.auth.Authentication.Missing;
import dev.mcpsession.gateway.auth.Authentication.Rejected;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.issuer.TokenAnswer;
import dev.mcpsession.issuer.keycloak.Keycloak;
import dev.mcpsession.issuer.keycloak.KeycloakTest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of a real Keycloak: of one client whose tokens are for a resource of the gateway. */
@KeycloakTest
class KeycloakTokensIT {
  private static final McpResource RESOURCE = new McpResource("team", "forgejo");

  private final Keycloak keycloak;
  private final JwtAuthenticator authenticator;

  KeycloakTokensIT(Keycloak keycloak) {
    this.keycloak = keycloak;
    IssuerSettings issuer =
        new IssuerSettings(
            keycloak.issuer(), List.of(), null, "preferred_username", "groups", List.of(), null);
    this.authenticator =
        new JwtAuthenticator(
            new TokenSettings(List.of(issuer), true),
            new ResourceMetadata("https://mcp.example", List.of(issuer)),
            InstantSource.system(),
            System::nanoTime);
  }

  @BeforeEach
  void start() {
    authenticator.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> authenticator.away().isEmpty());
  }

  @AfterEach
  void close() {
    authenticator.close();
  }

  @Test
  void anAccessTokenIsAcceptedAndNoOtherToken() {
    TokenAnswer tokens = keycloak.logInToGateway("alice");
    assertThat(authenticate(tokens.accessToken()))
        .isInstanceOfSatisfying(
            Authenticated.class,
            good -> {
              assertThat(good.caller().user().name()).isEqualTo("alice");
              assertThat(good.caller().user().owner().issuer()).isEqualTo(keycloak.issuer());
              assertThat(good.caller().user().owner().subject()).isNotEqualTo("alice");
              assertThat(good.caller().groups()).containsExactly("staff");
              assertThat(good.caller().scopes()).contains("openid", "profile");
            });
    assertThat(defect(tokens.text("id_token"))).isEqualTo(TokenDefect.token_type);
    assertThat(defect(tokens.refreshToken()))
        .as("signed with a secret of Keycloak's own")
        .isEqualTo(TokenDefect.token_algorithm);
    assertThat(defect(keycloak.newAccessToken("alice")))
        .as("of a client whose tokens are for others")
        .isEqualTo(TokenDefect.token_audience);
    assertThat(authenticate("")).isInstanceOf(Rejected.class);
    assertThat(authenticator.authenticate(null, RESOURCE).toCompletableFuture().join())
        .isInstanceOf(Missing.class);
  }

  @Test
  void afterKeysWereRotatedOldAndNewTokensAreAccepted() {
    String old = keycloak.logInToGateway("bob").accessToken();
    try (Keycloak.RotatedKey rotated = keycloak.rotateKeys()) {
      String young = keycloak.logInToGateway("bob").accessToken();
      assertThat(headerOf(young)).isNotEqualTo(headerOf(old));
      assertThat(authenticate(young)).isInstanceOf(Authenticated.class);
      assertThat(authenticate(old)).isInstanceOf(Authenticated.class);
    }
  }

  private static String headerOf(String token) {
    return token.substring(0, token.indexOf('.'));
  }

  private TokenDefect defect(String token) {
    Authentication answer = authenticate(token);
    assertThat(answer).isInstanceOf(Rejected.class);
    return ((Rejected) answer).defect();
  }

  private Authentication authenticate(String token) {
    return authenticator
        .authenticate("Bearer " + token, RESOURCE)
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }
}
