package dev.mcpsession.token.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.issuer.keycloak.Keycloak;
import dev.mcpsession.issuer.keycloak.KeycloakTest;
import dev.mcpsession.token.TokenFailure;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The kinds of clients, and what they may ask for, at a real authorization server. */
@KeycloakTest
class KeycloakClientsIT {
  private final Keycloak keycloak;
  private final RecordedCalls calls = new RecordedCalls();
  @AutoClose private final NimbusAuthorizationServer server;

  KeycloakClientsIT(Keycloak keycloak) {
    this.keycloak = keycloak;
    this.server =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(
                List.of(EndpointUrl.parse(keycloak.tokenEndpoint().replaceFirst("/token$", ""))),
                true),
            IssuerProxies.none(),
            InstantSource.system(),
            calls);
  }

  @Test
  void aPublicClientUsesRefreshTokensAndRevokesItsAccessToken() throws Exception {
    OAuth2RefreshSource source = refresh(ClientAuthentication.none);
    OAuthClient client = client(source, keycloak.publicClientId(), null);
    IssuedTokens first =
        server.refresh(source, client, keycloak.newPublicGrant("alice"), () -> true);
    IssuedTokens second = server.refresh(source, client, first.refreshToken(), () -> true);
    server.revoke(source, client, second.accessToken());
    assertThat(calls.all()).containsExactly("token success", "token success", "revocation success");
    TokenFailure used =
        catchThrowableOfType(
            TokenFailure.class,
            () -> server.refresh(source, client, first.refreshToken(), () -> true));
    assertThat(used.kind()).isEqualTo(TokenFailure.Kind.REJECTED);
  }

  @Test
  void aConfidentialClientThatSendsNoSecretIsAFaultOfTheConfiguration() throws Exception {
    OAuth2RefreshSource source = refresh(ClientAuthentication.none);
    OAuthClient client = client(source, keycloak.clientId(), null);
    String grant = keycloak.newGrant("alice");
    TokenFailure failure =
        catchThrowableOfType(
            TokenFailure.class, () -> server.refresh(source, client, grant, () -> true));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure.getMessage()).contains("or clientAuthentication");
  }

  @Test
  void anAudienceAndAResourceAreAcceptedWithClientCredentialsAndARefresh() throws Exception {
    OAuth2ClientCredentialsSource own =
        new OAuth2ClientCredentialsSource(
            keycloak.tokenEndpoint(),
            "client",
            List.of(keycloak.audience()),
            List.of("https://git.example/"),
            null,
            null,
            null,
            null,
            null);
    OAuthClient client = client(own, keycloak.clientId(), keycloak.clientSecret());
    assertThat(keycloak.isActive(server.clientCredentials(own, client).accessToken())).isTrue();
    IssuedTokens refreshed =
        server.refresh(
            refresh(ClientAuthentication.basic), client, keycloak.newGrant("alice"), () -> true);
    assertThat(keycloak.isActive(refreshed.accessToken())).isTrue();
  }

  private OAuth2RefreshSource refresh(ClientAuthentication how) {
    return new OAuth2RefreshSource(
        keycloak.tokenEndpoint(),
        "client",
        "grant",
        List.of(keycloak.audience()),
        List.of("https://git.example/"),
        null,
        how,
        null,
        keycloak.revocationEndpoint(),
        null);
  }

  private static OAuthClient client(OAuth2Source source, String id, String secret)
      throws TokenFailure {
    SecretBuilder data =
        new SecretBuilder()
            .withNewMetadata()
            .withName("client")
            .withUid("uid-of-client")
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .addToData("client_id", Base64.getEncoder().encodeToString(id.getBytes(UTF_8)));
    if (secret != null) {
      data.addToData("client_secret", Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)));
    }
    Secret made = data.build();
    return OAuthClient.read(source, "team", (namespace, name) -> made);
  }
}
