package dev.mcpsession.signin.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.signin.provider.ProviderException.Kind;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a template may say, and what its Secrets must hold. */
class ConfiguredProvidersTest extends ProviderFixture {
  private static final SourceSecret.Lookup CLIENT = Templates.client("c", "s3cr3t");

  private ProviderException refusal(SourceSecret.Lookup secrets, McpSessionTemplate template) {
    return catchThrowableOfType(
        ProviderException.class, () -> providers(Optional.empty(), secrets).upstream(template));
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "authorizationEndpoint, https://other.example/login/authorize, signIn.authorizationEndpoint",
    "userInfoEndpoint, https://other.example/login/userinfo, signIn.userInfoEndpoint",
    "tokenEndpoint, https://other.example/login/token, tokenEndpoint",
    "revocationEndpoint, https://other.example/login/revoke, revocationEndpoint",
    "userInfoEndpoint, {web}/loginother, signIn.userInfoEndpoint",
    "userInfoEndpoint, {web}/login/../other, signIn.userInfoEndpoint",
    "userInfoEndpoint, https://s3cr3t@other.example/, signIn.userInfoEndpoint"
  })
  void everyUrlMustBeAllowed(String field, String url, String named) {
    McpSessionTemplate template =
        Templates.edited(WEB.baseUrl(), field, url.replace("{web}", WEB.baseUrl()));
    ProviderException refusal = refusal(CLIENT, template);
    assertThat(refusal.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(refusal.getMessage())
        .startsWith("Signing in at the upstream of template team/forgejo ")
        .contains(named)
        .doesNotContain("s3cr3t");
  }

  @Test
  void aUrlThatIsNotAllowedNamesTheGatewaysSetting() {
    assertThat(
            refusal(
                CLIENT,
                Templates.edited(
                    WEB.baseUrl(), "tokenEndpoint", "https://other.example/login/token")))
        .hasMessageEndingWith(
            "tokenEndpoint https://other.example/login/token is not allowed by the gateway's"
                + " configuration; ask its administrator to add it to signIn.allowedEndpoints.");
  }

  /** Of what is asked of an upstream itself, where its client is needed. */
  private ProviderException failure(SourceSecret.Lookup secrets) {
    return catchThrowableOfType(
        ProviderException.class,
        () ->
            providers(Optional.empty(), secrets)
                .upstream(Templates.upstream(WEB.baseUrl(), ""))
                .authorizationUrl(departure(false)));
  }

  @Test
  void whoAnUpstreamIsIsKnownWithoutItsSecret() throws Exception {
    Provider upstream =
        providers(
                Optional.empty(),
                (namespace, name) -> {
                  throw new AssertionError("visitors who are not signed in would cause requests");
                })
            .upstream(Templates.upstream(WEB.baseUrl(), ""));
    assertThat(upstream.host()).isEqualTo(host());
    assertThat(upstream.fingerprint()).isNotEmpty();
  }

  @Test
  void aSecretThatIsMissingIsTheAdministratorsToCreate() {
    ProviderException refusal = failure((namespace, name) -> null);
    assertThat(refusal.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(refusal.getMessage())
        .contains(host(), "no Secret forgejo-client with the label mcpsession.dev/token-source");
  }

  @Test
  void aSecretThatCannotBeReadIsTriedAgain() {
    ProviderException refusal =
        failure(
            (namespace, name) -> {
              throw new TokenFailure(TokenFailure.Kind.FAILED, "the API server does not answer");
            });
    assertThat(refusal.kind()).isEqualTo(Kind.AWAY);
    assertThat(refusal.getMessage()).contains(host(), "Try again");
  }

  @ParameterizedTest(name = "without {0}")
  @CsvSource({
    "authorizationEndpoint, signIn.authorizationEndpoint",
    "userInfoEndpoint, signIn.userInfoEndpoint",
    "oauth2Refresh, session.token.oauth2Refresh"
  })
  void aTemplateThatLacksSomethingSaysSo(String field, String named) {
    ProviderException refusal = refusal(CLIENT, Templates.edited(WEB.baseUrl(), field, null));
    assertThat(refusal.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(refusal.getMessage()).contains("team/forgejo", "the template needs " + named);
  }

  @Test
  void withoutAnIdentityProviderThereIsNone() {
    assertThat(providers(Optional.empty(), CLIENT).identityProvider()).isEmpty();
  }
}
