package dev.mcpsession.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.InvalidConfigException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantAdviceTest {
  private static final String PROVIDER =
      "identityProvider: {issuer: 'https://sso.example', clientId: gateway},";
  private static final String UPSTREAM =
      ", authorizationEndpoint: 'https://git.example/login/oauth/authorize'";

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          Issuer,   https://sso.example,   You have not given access at git.example: give it at https://mcp.example/account
          Issuer,   https://other.example, A token of https://other.example brings no access at git.example
          Upstream, https://git.example,   You have not given access at git.example: give it at https://mcp.example/account
          Upstream, https://sso.example,   A token of https://sso.example brings no access at git.example
          """)
  void usersAreSentToTheAccountPageIfItKnowsThem(String identity, String issuer, String words)
      throws InvalidConfigException {
    assertThat(advice(PROVIDER, identity + UPSTREAM, issuer).orElseThrow()).startsWith(words);
  }

  @Test
  void nobodyIsSentWhereNoGrantIsGiven() throws InvalidConfigException {
    assertThat(advice(PROVIDER, "Issuer", "https://sso.example")).isEmpty();
    assertThat(advice("", "Issuer" + UPSTREAM, "https://sso.example")).isEmpty();
    assertThat(
            new GrantAdvice(Optional.empty())
                .to(new Owner("https://git.example", "7"), template("Upstream" + UPSTREAM)))
        .isEmpty();
  }

  private static Optional<String> advice(String provider, String signIn, String issuer)
      throws InvalidConfigException {
    return GrantAdvice.of(
            GatewayConfig.parse(
                """
                baseUrl: https://mcp.example
                signIn: {issuer: "https://mcp.example", %s allowedEndpoints: ["https://git.example/"]}
                """
                    .formatted(provider)))
        .to(new Owner(issuer, "7"), template(signIn));
  }

  private static McpSessionTemplate template(String signIn) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSessionTemplate
        metadata: {name: forgejo, namespace: team}
        spec: {signIn: {identity: %s}, session: {podTemplate: {}}}
        """
            .formatted(signIn),
        McpSessionTemplate.class);
  }
}
