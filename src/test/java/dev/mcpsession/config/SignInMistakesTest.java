package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What does not fit together in {@code signIn} is refused, with its line and what would be right.
 */
class SignInMistakesTest {
  private static final String URL = EndpointUrl.ALLOWED_PREFIX;

  @Test
  void allThatIsWrongIsReportedAtOnceWithItsLine() {
    assertThat(
            problems(
                """
                baseUrl: https://mcp.example
                issuers: [{issuer: https://other.example/}]
                signIn:
                  issuer: https://other.example
                  keys: mine
                  identityProvider:
                    scopes: [profile]
                    clientSecret: hunter2
                  allowedEndpoints: [http://git.example/login]
                  idleSeconds: 599
                  absoluteSeconds: 598
                  clients: {dynamicRegistration: false, metadataDocuments: false}
                """))
        .containsExactly(
            "line 5: unknown key signIn.keys; known here are issuer, namespace, keysSecretName,"
                + " identityProvider, allowedEndpoints, accessTokenSeconds, idleSeconds,"
                + " absoluteSeconds, clients.",
            "line 8: unknown key signIn.identityProvider.clientSecret; known here are issuer,"
                + " clientId, clientSecretFile, scopes, userClaim, groupsClaim, caFile.",
            "line 4: signIn.issuer is https://other.example; it must be baseUrl, which is"
                + " https://mcp.example.",
            "line 2: issuers[].issuer is https://other.example, the gateway itself; it knows its"
                + " own tokens, so leave this one out.",
            "line 4: signIn.identityProvider.issuer is missing; it must be " + URL + ".",
            "line 4: signIn.identityProvider.clientId is missing; it must be a client id: 1 to 256"
                + " visible ASCII characters.",
            "line 7: signIn.identityProvider.scopes lacks openid, without which the provider does"
                + " not say who the user is; add it.",
            "line 10: signIn.accessTokenSeconds is 600; it must be at most signIn.idleSeconds,"
                + " which is 599.",
            "line 10 and 11: signIn.idleSeconds is 599; it must be at most signIn.absoluteSeconds,"
                + " which is 598.",
            "line 12: signIn.clients has neither dynamicRegistration nor metadataDocuments, so no"
                + " client could be used to sign in; set one of them to true.",
            "line 9: signIn.allowedEndpoints holds http://git.example/login, but secrets must not"
                + " travel unencrypted; use https, or for tests set allowHttpIssuers to true.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "idleSeconds: 1209600",
        "allowedEndpoints: [https://git.example]",
        "clients: {metadataDocuments: true}",
        "identityProvider: {issuer: https://sso.example, clientId: mcp}"
      })
  void whoeverSaysHowUsersSignInHasToSayWhere(String rest) {
    assertThat(problems("baseUrl: https://mcp.example\nsignIn:\n  " + rest))
        .contains("line 3: signIn.issuer is missing; it must be " + URL + ".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://mcp.example | https://mcp.example:8443 | it must be baseUrl, which is"
            + " https://mcp.example.",
        "https://MCP.example | https://mcp.example | it must be baseUrl, which is"
            + " https://MCP.example.",
        "'' | https://mcp.example | it must be baseUrl, which is not given.",
        "https://example.com/mcp/ | https://example.com/mcp | give the gateway a host of its own.",
        "http://mcp.example | http://mcp.example | but tokens must not travel unencrypted; use"
            + " https,"
      })
  void theIssuerIsTheGatewaysOwnAddress(String baseUrl, String issuer, String problem) {
    assertThat(
            problems(
                (baseUrl.isEmpty() ? "" : "baseUrl: " + baseUrl + "\n")
                    + "signIn: {issuer: %s, allowedEndpoints: [https://git.example]}"
                        .formatted(issuer)))
        .singleElement()
        .asString()
        .contains(": signIn.issuer is " + issuer, problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:8080", "http://127.0.0.1", "http://[::1]:80"})
  void onLoopbackNothingTravels(String url) throws Exception {
    assertThat(parse(url, "[https://git.example]").signIn()).isPresent();
  }

  @Test
  void everyUrlMayBeHttpIfThatIsAllowed() throws Exception {
    assertThat(
            GatewayConfig.parse(
                    """
                    baseUrl: http://mcp.example
                    allowHttpIssuers: true
                    signIn:
                      issuer: http://mcp.example
                      identityProvider: {issuer: http://sso.example, clientId: mcp}
                      allowedEndpoints: [http://git.example]
                    """)
                .signIn())
        .isPresent();
  }

  @Test
  void anIdentityProviderCouldForgeEveryUserUnlessItIsReachedByHttps() {
    assertThat(
            problems(
                """
                baseUrl: https://mcp.example
                signIn:
                  issuer: https://mcp.example
                  identityProvider: {issuer: http://sso.example, clientId: mcp}
                """))
        .containsExactly(
            "line 4: signIn.identityProvider.issuer is http://sso.example, but whoever changes its"
                + " answers could forge every user; use https, or for tests set allowHttpIssuers to"
                + " true.");
  }

  @Test
  void somebodyHasToSayWhoTheUsersAre() {
    assertThat(problems("baseUrl: https://mcp.example\nsignIn: {issuer: https://mcp.example}"))
        .containsExactly(
            "line 2: signIn has neither an identityProvider nor allowedEndpoints, so nobody could"
                + " sign in; give one of them, or both.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "issuer; mcp.example",
        "namespace; Team",
        "keysSecretName; a_b",
        "allowedEndpoints; ['https://git.example/?a=b']",
        "allowedEndpoints; [https://git.example, https://git.example/]",
        "accessTokenSeconds; 59",
        "accessTokenSeconds; 3601",
        "absoluteSeconds; 31536001",
        "identityProvider; {issuer: x, clientId: mcp}",
        "identityProvider; {issuer: https://sso.example, clientId: 'a b'}",
        "identityProvider; {issuer: https://sso.example, clientId: a, clientSecretFile: secret}",
        "clients; {allowedRedirectHosts: ['app.example:443']}",
        "clients; {allowedRedirectHosts: ['*']}",
        "clients; {dynamicRegistration: sometimes}"
      })
  void whatIsNoSuchValueIsRefused(String key, String value) {
    String signIn =
        "baseUrl: https://mcp.example\nsignIn:\n"
            + (key.equals("issuer") ? "" : "  issuer: https://mcp.example\n")
            + (key.equals("identityProvider") || value.contains("git.example")
                ? ""
                : "  identityProvider: {issuer: https://sso.example, clientId: mcp}\n");
    assertThat(problems(signIn + "  " + key + ": " + value))
        .isNotEmpty()
        .first()
        .asString()
        .contains(": signIn." + key);
  }

  private static GatewayConfig parse(String url, String endpoints) throws Exception {
    return GatewayConfig.parse(
        "baseUrl: '%1$s'\nsignIn: {issuer: '%1$s', allowedEndpoints: %2$s}"
            .formatted(url, endpoints));
  }

  private static List<String> problems(String yaml) {
    InvalidConfigException refused =
        catchThrowableOfType(InvalidConfigException.class, () -> GatewayConfig.parse(yaml));
    assertThat(refused).as("refused: %s", yaml).isNotNull();
    return refused.problems();
  }
}
