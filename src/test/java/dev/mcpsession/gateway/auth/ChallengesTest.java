package dev.mcpsession.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.gateway.auth.AccessDecision.MissingScopes;
import dev.mcpsession.gateway.auth.Authentication.Rejected;
import dev.mcpsession.gateway.route.McpResource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told that has no token, or none that is enough. */
class ChallengesTest {
  private static final McpResource RESOURCE = TestToken.RESOURCE;
  private static final String START =
      "Bearer resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource"
          + "/team/forgejo/mcp\"";

  private final ResourceMetadata metadata =
      TestToken.metadata(
          issuer("https://sso.example/realms/staff", "openid", "mcp"),
          issuer("https://other.example", "mcp", "a"));
  private final Challenges challenges = new Challenges(metadata);
  private final Challenges withoutScopes =
      new Challenges(TestToken.metadata(issuer("https://sso.example")));

  @Test
  void withoutATokenTheMetadataAndTheIssuersScopesAreNamedAndNoError() {
    assertThat(challenges.missing(RESOURCE)).isEqualTo(START + ", scope=\"a mcp openid\"");
    assertThat(withoutScopes.missing(RESOURCE)).isEqualTo(START);
  }

  @Test
  void aBadTokenIsInvalid() {
    assertThat(
            withoutScopes.rejected(
                RESOURCE, new Rejected(TokenDefect.token_expired, "the token has expired")))
        .isEqualTo(
            START + ", error=\"invalid_token\", error_description=\"the token has expired\"");
    assertThat(
            challenges.rejected(
                RESOURCE, new Rejected(TokenDefect.token_expired, "the token has expired")))
        .endsWith("\"the token has expired\", scope=\"a mcp openid\"");
  }

  @Test
  void aRejectedGrantAsksForAnotherSignIn() {
    assertThat(withoutScopes.signInAgain(RESOURCE))
        .isEqualTo(
            START
                + ", error=\"invalid_token\", error_description=\"the grant of this user was"
                + " rejected; sign in again\"");
  }

  @Test
  void missingScopesAreNamedAllAtOnce() {
    assertThat(challenges.insufficientScope(RESOURCE, new MissingScopes(List.of("mcp", "write"))))
        .isEqualTo(
            START
                + ", error=\"insufficient_scope\", error_description=\"the token lacks a scope\","
                + " scope=\"mcp write\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\", error=\"none",
        "\\\", x=\"",
        "a\r\nSet-Cookie: x=y",
        "\u0000\u001b[31m",
        "Grüße, 世界 \ud800"
      })
  void nothingFromOutsideBeginsAParameterOrAHeader(String text) {
    McpResource resource = new McpResource(text, text);
    List<String> values =
        List.of(
            challenges.missing(resource),
            challenges.rejected(resource, new Rejected(TokenDefect.token_key, text)),
            challenges.insufficientScope(resource, new MissingScopes(List.of(text, "ok"))));
    assertThat(values)
        .allSatisfy(
            value ->
                assertThat(value)
                    .matches(
                        "Bearer resource_metadata=\"[^\"\\\\]*\"(, (error|error_description|scope)"
                            + "=\"[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*\")*"));
    assertThat(values.get(2)).endsWith("scope=\"ok\"");
  }

  @Test
  void aLongDescriptionIsCut() {
    assertThat(
            challenges.rejected(RESOURCE, new Rejected(TokenDefect.token_key, "x".repeat(99999))))
        .hasSizeLessThan(1000);
  }

  @Test
  void theMetadataNameResourceIssuersAndScopes() throws Exception {
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(metadata.document(RESOURCE)))
        .isEqualTo(
            json.readTree(
                """
                {
                  "resource": "https://mcp.example/team/forgejo/mcp",
                  "authorization_servers":
                      ["https://sso.example/realms/staff", "https://other.example"],
                  "scopes_supported": ["a", "mcp", "openid"],
                  "bearer_methods_supported": ["header"],
                  "resource_name": "team/forgejo"
                }
                """));
    assertThat(
            json.readTree(TestToken.metadata(TestToken.issuer()).document(RESOURCE))
                .has("scopes_supported"))
        .isFalse();
  }

  @Test
  void aSlashAtTheEndOfTheBaseUrlIsNotDoubled() {
    ResourceMetadata slash = new ResourceMetadata("https://mcp.example/", List.of());
    assertThat(slash.resourceUrl(RESOURCE)).isEqualTo("https://mcp.example/team/forgejo/mcp");
  }

  private static IssuerSettings issuer(String issuer, String... scopes) {
    return new IssuerSettings(issuer, List.of(), null, "sub", "groups", List.of(scopes), null);
  }
}
