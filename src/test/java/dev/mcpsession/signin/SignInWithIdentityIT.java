package dev.mcpsession.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn.Identity;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.clients.JavaClient;
import dev.mcpsession.clients.PlainOAuthClient;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.issuer.keycloak.Keycloak;
import dev.mcpsession.issuer.keycloak.KeycloakTest;
import dev.mcpsession.replicas.SignInInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keycloak says who a user is, and Forgejo gives what the session needs, in one visit. */
@ClusterTest
@KeycloakTest
class SignInWithIdentityIT {
  private static final String TEMPLATE = "forgejo";

  @TempDir private Path folder;

  @Test
  void theIdentityProviderSaysWhoAUserIsAndTheUpstreamIsAskedOnlyOnce(
      Cluster cluster, Keycloak keycloak) throws Exception {
    try (SignInInstallation installation = start(cluster, keycloak);
        HttpPerson alice = new HttpPerson()) {
      JsonNode token = token(installation, alice);

      assertThat(installation.isTokenOf("alice", token)).isTrue();
      assertThat(installation.sessions())
          .singleElement()
          .satisfies(
              session -> {
                assertThat(session.getSpec().user()).isEqualTo("alice");
                assertThat(session.getSpec().owner().issuer()).isEqualTo(keycloak.issuer());
              });

      int calls = installation.forgejo().calls().size();
      assertThat(token(installation, alice)).isEqualTo(token);
      assertThat(installation.forgejo().calls()).as("of the second client").hasSize(calls);
    }
  }

  private SignInInstallation start(Cluster cluster, Keycloak keycloak) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), keycloak.gatewayClientSecret());
    String provider =
        "identityProvider: {issuer: \"%s\", clientId: %s, clientSecretFile: \"%s\"},"
            .formatted(keycloak.issuer(), keycloak.gatewayClientId(), secret);
    SignInInstallation installation =
        SignInInstallation.start(
            cluster, new SignInInstallation.Options(cluster.kubeconfig(), Map.of(), provider));
    installation.offer(TEMPLATE, Identity.Issuer, "");
    return installation;
  }

  /** Signs in by a client of its own: what the tool says. */
  private static JsonNode token(SignInInstallation installation, HttpPerson alice)
      throws IOException {
    PlainOAuthClient client = installation.client(TEMPLATE);
    client.register();
    String back = alice.signIn(client.authorizationUrl(), "alice", PlainOAuthClient.REDIRECT_URI);
    assertThat(client.exchange(back).status()).isEqualTo(200);
    try (JavaClient mcp =
        new JavaClient(installation.endpoint(TEMPLATE), client.tokens().access())) {
      mcp.initialize();
      return new ObjectMapper().readTree(mcp.call("upstream_token", Map.of()));
    }
  }
}
