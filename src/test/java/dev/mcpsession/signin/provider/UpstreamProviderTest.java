package dev.mcpsession.signin.provider;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.provider.Provider.Redeemed;
import dev.mcpsession.signin.provider.ProviderException.Kind;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamProviderTest extends ProviderFixture {
  private static final String TOKEN = "/login/token";
  private static final String USER_INFO = "/login/userinfo";
  private static final String REVOKE = "/login/revoke";
  private static final String GRANTED =
      "{\"access_token\": \"acc3ss\", \"token_type\": \"bearer\", \"refresh_token\": \"r3fr3sh\"}";
  private static final String ALICE =
      "{\"sub\": \"7\", \"preferred_username\": \"alice\", \"groups\": [\"staff\", 3, \"ops\"]}";

  private Provider provider() throws ProviderException {
    return provider("");
  }

  private Provider provider(String more) throws ProviderException {
    return providers(Optional.empty(), Templates.client("the client", "s3cr3t:%"))
        .upstream(Templates.upstream(WEB.baseUrl(), more));
  }

  @Test
  void aUserIsSentAwayWithAllThatComesBack() throws Exception {
    URI url = provider("scopes: [read:repository, read:user]").authorizationUrl(departure(false));
    assertThat(url.toString()).startsWith(WEB.baseUrl() + "/login/authorize?");
    assertThat(query(url))
        .isEqualTo(
            Map.of(
                "response_type", List.of("code"),
                "client_id", List.of("the client"),
                "redirect_uri", List.of("https://mcp.example/oauth/callback"),
                "scope", List.of("read:repository read:user"),
                "state", List.of("st4te"),
                "code_challenge", List.of(CHALLENGE),
                "code_challenge_method", List.of("S256")));
  }

  @Test
  void aFreshLoginIsAskedForAndScopesOnlyIfThereAreSome() throws Exception {
    assertThat(query(provider().authorizationUrl(departure(true))))
        .containsEntry("prompt", List.of("login"))
        .doesNotContainKeys("scope", "nonce");
  }

  @Test
  void aQueryOfTheAuthorizationEndpointStays() throws Exception {
    URI url =
        providers(Optional.empty(), Templates.client("c", "s3cr3t"))
            .upstream(
                Templates.parsed(
                    """
                    metadata: {namespace: team, name: forgejo}
                    spec:
                      signIn:
                        identity: Issuer
                        authorizationEndpoint: %1$s/login/authorize?tenant=a%%26b
                      session:
                        podTemplate: {}
                        token:
                          oauth2Refresh:
                            tokenEndpoint: %1$s/login/token
                            clientSecretName: forgejo-client
                            resource: ["https://git.example/"]
                            audience: [git]
                    """
                        .formatted(WEB.baseUrl())))
            .authorizationUrl(departure(false));
    assertThat(query(url))
        .containsEntry("tenant", List.of("a&b"))
        .containsEntry("client_id", List.of("c"))
        .containsEntry("resource", List.of("https://git.example/"))
        .containsEntry("audience", List.of("git"));
  }

  @Test
  void aCodeIsRedeemedAndItsUserAskedFor() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson(ALICE));
    Provider provider = provider();
    Redeemed redeemed = provider.redeem(arrival(null));
    assertThat(redeemed.person())
        .contains(
            new Person(
                new Owner(WEB.baseUrl(), "7"),
                "alice",
                Set.of("staff", "ops"),
                provider.fingerprint()));
    assertThat(redeemed.refreshToken()).contains("r3fr3sh");
    assertThat(redeemed.obtainedAt()).isEqualTo(NOW);
    assertThat(redeemed.toString()).doesNotContain("r3fr3sh");
    assertThat(form(TOKEN))
        .isEqualTo(
            Map.of(
                "grant_type", List.of("authorization_code"),
                "code", List.of(CODE),
                "redirect_uri", List.of("https://mcp.example/oauth/callback"),
                "code_verifier", List.of(VERIFIER)));
    assertThat(sent(TOKEN).getHeader("Authorization"))
        .isEqualTo(
            "Basic "
                + Base64.getEncoder().encodeToString("the+client:s3cr3t%3A%25".getBytes(UTF_8)));
    assertThat(sent(TOKEN).getHeader("Accept")).isEqualTo("application/json");
    assertThat(sent(USER_INFO).getHeader("Authorization")).isEqualTo("Bearer acc3ss");
    assertThat(sent(USER_INFO).getHeader("User-Agent")).isEqualTo("mcp-session-operator");
    assertThat(sent(USER_INFO).getMethod().getName()).isEqualTo("GET");
  }

  @Test
  void withoutARefreshTokenThereIsNone() throws Exception {
    answer(TOKEN, okJson("{\"access_token\": \"acc3ss\"}"));
    answer(USER_INFO, okJson(ALICE));
    assertThat(provider().redeem(arrival(null)).refreshToken()).isEmpty();
  }

  @ParameterizedTest(name = "{0} is the user {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"sub": "7"}                          | 7
          {"sub": 7}                            | 7
          {"sub": 90071992547409930}            | 90071992547409930
          {"sub": 123456789012345678901234567}  | 123456789012345678901234567
          {"sub": " a b "}                      | ' a b '
          """)
  void aSubjectIsATextOrAWholeNumber(String userInfo, String subject) throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson(userInfo.replace("}", ", \"preferred_username\": \"alice\"}")));
    assertThat(provider().redeem(arrival(null)).person().orElseThrow().owner().subject())
        .isEqualTo(subject);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sub\": null}",
        "{\"sub\": \"\"}",
        "{\"sub\": \" \"}",
        "{\"sub\": 1.5}",
        "{\"sub\": 1e3}",
        "{\"sub\": true}",
        "{\"sub\": [\"7\"]}",
        "{\"sub\": {\"id\": \"7\"}}",
        "{\"Sub\": \"7\"}"
      })
  void withoutASubjectNobodyIsSignedIn(String userInfo) throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson(userInfo));
    ProviderException failure = failure(() -> provider().redeem(arrival(null)));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(failure.getMessage())
        .contains("no id of the user in field sub", "correct signIn.subjectClaim");
  }

  @Test
  void aSubjectThatIsTooLongIsNone() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson("{\"sub\": \"%s\"}".formatted("7".repeat(1025))));
    assertThat(failure(() -> provider().redeem(arrival(null))).kind())
        .isEqualTo(Kind.MISCONFIGURED);
  }

  @Test
  void fieldsOfTheUserInfoAreThoseOfTheTemplate() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson("{\"id\": 1234567, \"login\": \"octocat\", \"sub\": \"no\"}"));
    Person person =
        provider("subjectClaim: id\nuserClaim: login").redeem(arrival(null)).person().orElseThrow();
    assertThat(person.owner().subject()).isEqualTo("1234567");
    assertThat(person.name()).isEqualTo("octocat");
    assertThat(person.groups()).isEmpty();
  }

  @Test
  void withoutANameNobodyIsSignedIn() {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson("{\"sub\": \"7\", \"preferred_username\": 7}"));
    ProviderException failure = failure(() -> provider().redeem(arrival(null)));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(failure.getMessage()).contains("preferred_username", "correct signIn.userClaim");
  }

  static Stream<Arguments> refusals() {
    String echo = "{\"error\": \"%s\", \"error_description\": \"c0de-of-the-browser s3cr3t:%%\"}";
    String unauthorized = "{\"error\": \"unauthorized_client\", \"error_description\": \"%s\"}";
    return Stream.of(
        refusal("a code of RFC 6749", status(400, echo.formatted("invalid_grant")), Kind.REFUSED),
        refusal("a code of GitHub", okJson(echo.formatted("bad_verification_code")), Kind.REFUSED),
        refusal(
            "a code of Forgejo",
            status(400, unauthorized.formatted("client is not authorized")),
            Kind.REFUSED),
        refusal(
            "a verifier of Forgejo",
            status(400, unauthorized.formatted("failed PKCE code challenge")),
            Kind.REFUSED),
        refusal("a client", status(400, unauthorized.formatted("no")), Kind.MISCONFIGURED),
        refusal(
            "a secret of GitHub",
            okJson(echo.formatted("incorrect_client_credentials")),
            Kind.MISCONFIGURED),
        refusal(
            "a redirect URI of GitHub",
            okJson(echo.formatted("redirect_uri_mismatch")),
            Kind.MISCONFIGURED),
        refusal("a secret", status(401, echo.formatted("invalid_client")), Kind.MISCONFIGURED),
        refusal("what nobody knows", status(400, echo.formatted(CODE)), Kind.MISCONFIGURED),
        refusal("another place", status(404, "<html>c0de-of-the-browser"), Kind.MISCONFIGURED),
        refusal(
            "a redirect",
            aResponse().withStatus(307).withHeader("Location", "/login/other"),
            Kind.MISCONFIGURED),
        refusal("a form", aResponse().withBody("access_token=acc3ss&scope="), Kind.AWAY),
        refusal("no token", okJson("{\"refresh_token\": \"r3fr3sh\"}"), Kind.AWAY),
        refusal("an outage", status(502, "c0de-of-the-browser"), Kind.AWAY),
        refusal("too many", status(429, ""), Kind.AWAY),
        refusal("a reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), Kind.AWAY),
        refusal("nothing", aResponse().withFault(Fault.EMPTY_RESPONSE), Kind.AWAY),
        refusal("something huge", okJson(GRANTED + " ".repeat(70_000)), Kind.AWAY),
        refusal(
            "something slow",
            okJson(GRANTED + " ".repeat(100)).withChunkedDribbleDelay(100, 8_000),
            Kind.AWAY));
  }

  private static Arguments refusal(String name, ResponseDefinitionBuilder answer, Kind kind) {
    return Arguments.of(Named.of(name, answer), kind);
  }

  private static ResponseDefinitionBuilder status(int status, String body) {
    return aResponse().withStatus(status).withBody(body);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refusals")
  void aCodeThatIsNotRedeemedSignsNobodyIn(ResponseDefinitionBuilder answer, Kind kind)
      throws Exception {
    answer(TOKEN, answer);
    answer(USER_INFO, okJson(ALICE));
    Provider provider = provider();
    assertThat(failure(() -> provider.redeem(arrival(null))).kind()).isEqualTo(kind);
    assertThat(sent(TOKEN).getBodyAsString()).contains(CODE);
    assertThat(WEB.getAllServeEvents()).hasSize(1);
  }

  static Stream<Arguments> userInfos() {
    return Stream.of(
        refusal("no access", status(401, "{\"message\": \"acc3ss\"}"), Kind.MISCONFIGURED),
        refusal("no scope", status(403, "{\"error\": \"acc3ss\"}"), Kind.MISCONFIGURED),
        refusal("another place", status(404, ""), Kind.MISCONFIGURED),
        refusal(
            "a redirect",
            aResponse().withStatus(302).withHeader("Location", "/login/other"),
            Kind.MISCONFIGURED),
        refusal("a page", aResponse().withBody("<html>"), Kind.AWAY),
        refusal("a list", okJson("[]"), Kind.AWAY),
        refusal("an outage", status(500, ""), Kind.AWAY),
        refusal("something huge", okJson("{\"a\": \"" + "a".repeat(70_000) + "\"}"), Kind.AWAY));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("userInfos")
  void aUserWhoIsNotKnownIsNotSignedIn(ResponseDefinitionBuilder answer, Kind kind)
      throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, answer);
    Provider provider = provider();
    assertThat(failure(() -> provider.redeem(arrival(null))).kind()).isEqualTo(kind);
    assertThat(WEB.getAllServeEvents()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example",
        "https://%s",
        "http://%s.other.example",
        "http://user@%s",
        "%s",
        ""
      })
  void anAnswerOfAnotherIssuerIsRefusedBeforeItsCodeIsSent(String issuer) throws Exception {
    answer(TOKEN, okJson(GRANTED));
    Provider provider = provider();
    assertThat(failure(() -> provider.redeem(arrival(issuer.formatted(host())))).kind())
        .isEqualTo(Kind.MISMATCH);
    assertThat(WEB.getAllServeEvents()).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http://%s", "http://%s/", "HTTP://%s/realms/staff"})
  void anAnswerOfTheSameHostIsAccepted(String issuer) throws Exception {
    answer(TOKEN, okJson(GRANTED));
    answer(USER_INFO, okJson(ALICE));
    String named = issuer == null ? null : issuer.formatted(host());
    assertThat(provider().redeem(arrival(named)).person()).isPresent();
  }

  @Test
  void aTokenIsRevokedAsARefreshToken() throws Exception {
    answer(REVOKE, aResponse());
    provider().revoke("r3fr3sh");
    assertThat(form(REVOKE))
        .isEqualTo(
            Map.of("token", List.of("r3fr3sh"), "token_type_hint", List.of("refresh_token")));
  }

  @ParameterizedTest
  @CsvSource({"503, AWAY", "404, MISCONFIGURED"})
  void aRevocationThatFailsSaysSo(int status, Kind kind) {
    answer(REVOKE, aResponse().withStatus(status).withBody("r3fr3sh"));
    assertThat(failure(() -> provider().revoke("r3fr3sh")).kind()).isEqualTo(kind);
  }

  @Test
  void whoVouchesForUsersDependsOnEndpointsAndFields() throws Exception {
    assertThat(provider().fingerprint())
        .isEqualTo(provider("scopes: [a]").fingerprint())
        .isNotEqualTo(provider("subjectClaim: name").fingerprint())
        .isNotEqualTo(provider("userClaim: name").fingerprint());
  }

  @Test
  void whereNobodyHasToBeAskedNobodyIs() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    Provider provider =
        providers(Optional.empty(), Templates.client("c", "s3cr3t"))
            .upstream(
                Templates.parsed(
                    """
                    metadata: {namespace: team, name: forgejo}
                    spec:
                      signIn: {identity: Issuer, authorizationEndpoint: "%1$s/login/authorize"}
                      session:
                        podTemplate: {}
                        token:
                          oauth2Refresh:
                            tokenEndpoint: %1$s/login/token
                            clientSecretName: forgejo-client
                            clientAuthentication: none
                    """
                        .formatted(WEB.baseUrl())));
    Redeemed redeemed = provider.redeem(arrival(null));
    assertThat(redeemed.person()).isEmpty();
    assertThat(redeemed.refreshToken()).contains("r3fr3sh");
    assertThat(form(TOKEN)).containsEntry("client_id", List.of("c"));
    assertThat(sent(TOKEN).containsHeader("Authorization")).isFalse();
    assertThatCode(() -> provider.revoke("r3fr3sh")).doesNotThrowAnyException();
  }
}
