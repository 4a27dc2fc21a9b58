package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.token.TokenFailure;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NimbusAuthorizationServerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final String TOKEN = "/login/token";
  private static final String REVOKE = "/login/revoke";
  private static final String INTROSPECT = "/login/introspect";
  private static final String GRANTED =
      "{\"access_token\": \"new-access\", \"token_type\": \"bearer\", \"expires_in\": 3599,"
          + " \"refresh_token\": \"new-refresh\"}";

  @RegisterExtension
  static final WireMockExtension WEB =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  private final RecordedCalls calls = new RecordedCalls();
  private NimbusAuthorizationServer server;
  private Issuer issuer;

  @BeforeEach
  void start() {
    issuer = Issuer.at(WEB.baseUrl());
    server =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(List.of(EndpointUrl.parse(WEB.baseUrl() + "/login")), true),
            InstantSource.fixed(NOW),
            calls);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aRefreshTokenIsExchangedForWhatTheServerGrants() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    IssuedTokens issued =
        server.refresh(issuer.refresh("read:user", "repo"), issuer.client(), "old", () -> true);
    assertThat(issued.accessToken()).isEqualTo("new-access");
    assertThat(issued.refreshToken()).isEqualTo("new-refresh");
    assertThat(issued.obtainedAt()).isEqualTo(NOW);
    assertThat(issued.expiresAt()).isEqualTo(NOW.plusSeconds(3599));
    assertThat(issued.toString()).doesNotContain("new-");
    assertThat(form(TOKEN))
        .isEqualTo(
            Map.of(
                "grant_type", List.of("refresh_token"),
                "refresh_token", List.of("old"),
                "scope", List.of("read:user repo")));
    LoggedRequest sent = sent(TOKEN);
    assertThat(sent.getUrl()).isEqualTo(TOKEN + "?tenant=hidden");
    assertThat(sent.header("Accept").values()).containsExactly("application/json");
    assertThat(sent.header("Content-Type").firstValue())
        .startsWith("application/x-www-form-urlencoded");
    assertThat(calls.all()).containsExactly("token success");
  }

  @Test
  void withoutARefreshTokenInTheAnswerTheOldOneStays() throws Exception {
    answer(TOKEN, okJson("{\"access_token\": \"a\", \"refresh_token\": \"\"}"));
    assertThat(refresh().refreshToken()).isNull();
    answer(TOKEN, okJson("{\"access_token\": \"a\"}"));
    assertThat(refresh().refreshToken()).isNull();
  }

  @Test
  void aClientGetsATokenOfItsOwn() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    assertThat(server.clientCredentials(issuer.clientCredentials(), issuer.client()).accessToken())
        .isEqualTo("new-access");
    assertThat(form(TOKEN)).isEqualTo(Map.of("grant_type", List.of("client_credentials")));
  }

  @ParameterizedTest
  @EnumSource(SubjectToken.Type.class)
  void aSubjectTokenIsExchangedForEveryAudienceAndResource(SubjectToken.Type type)
      throws Exception {
    answer(TOKEN, okJson("{\"access_token\": \"new-access\", \"token_type\": \"N_A\"}"));
    server.exchange(
        issuer.exchange(
            new SubjectToken(null, null, type),
            List.of("git", "https://wiki.example"),
            List.of("https://git.example/a?b=c", "urn:example:wiki")),
        issuer.client(),
        "subject.of+alice/=",
        type);
    assertThat(form(TOKEN))
        .isEqualTo(
            Map.of(
                "grant_type", List.of("urn:ietf:params:oauth:grant-type:token-exchange"),
                "subject_token", List.of("subject.of+alice/="),
                "subject_token_type", List.of("urn:ietf:params:oauth:token-type:" + type),
                "audience", List.of("git", "https://wiki.example"),
                "resource", List.of("https://git.example/a?b=c", "urn:example:wiki")));
  }

  @Test
  void whatCannotBeWrittenIsSaidWithoutRepeatingIt() {
    TokenFailure failure =
        catchThrowableOfType(
            TokenFailure.class,
            () ->
                server.exchange(
                    issuer.exchange(
                        new SubjectToken(null, null, null), List.of(), List.of("x:{s3cr3t}")),
                    issuer.client(),
                    "s3cr3t",
                    SubjectToken.Type.jwt));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure.getMessage()).contains("resource").doesNotContain("s3cr3t");
    assertThat(failure).hasNoCause();
    assertThat(calls.all()).isEmpty();
  }

  static Stream<String> oddSecrets() {
    return Stream.of(
        "plain",
        "with:colon",
        "a+b c%20d",
        "%",
        "100%&=?#/\\\"'",
        "schl\u00fcssel-\u00df\u20ac\ud83d\udd11",
        "~!@$^*()[]{}|;,.<>`");
  }

  @ParameterizedTest
  @MethodSource("oddSecrets")
  void oddSecretsArriveAsTheyAre(String odd) throws Exception {
    answer(TOKEN, okJson(GRANTED));
    Issuer odds =
        issuer.with(Issuer.CLIENT_SECRET, Map.of("client_id", odd + "-id", "client_secret", odd));
    server.refresh(odds.refresh(), odds.client(), odd, () -> true);
    String header = sent(TOKEN).header("Authorization").firstValue();
    assertThat(header).startsWith("Basic ");
    String[] pair =
        new String(Base64.getDecoder().decode(header.substring("Basic ".length())), UTF_8)
            .split(":", -1);
    // RFC 6749, section 2.3.1: form-encoded before they are joined.
    assertThat(pair)
        .containsExactly(URLEncoder.encode(odd + "-id", UTF_8), URLEncoder.encode(odd, UTF_8));
    assertThat(form(TOKEN))
        .containsEntry("refresh_token", List.of(odd))
        .doesNotContainKeys("client_id", "client_secret");
    WEB.resetRequests();

    Issuer posting = odds.authenticating(ClientAuthentication.post);
    server.refresh(posting.refresh(), posting.client(), odd, () -> true);
    assertThat(sent(TOKEN).getHeaders().keys()).doesNotContain("Authorization");
    assertThat(form(TOKEN))
        .containsEntry("client_id", List.of(odd + "-id"))
        .containsEntry("client_secret", List.of(odd))
        .containsEntry("refresh_token", List.of(odd));
  }

  @Test
  void whoMayNotSendAnyMoreSendsNothing() throws Exception {
    TokenFailure failure =
        catchThrowableOfType(
            TokenFailure.class,
            () -> server.refresh(issuer.refresh(), issuer.client(), "old", () -> false));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure.getMessage()).contains("nothing was sent");
    assertThat(WEB.getAllServeEvents()).isEmpty();
    assertThat(calls.all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/other/token, /login/revoke, /login/introspect, tokenEndpoint",
    "/login/token, /other/revoke, /login/introspect, revocationEndpoint",
    "/login/token, /login/revoke, /other/introspect, introspectionEndpoint"
  })
  void everyEndpointMustBeAllowedBeforeAnythingIsSent(
      String token, String revocation, String introspection, String refused) throws Exception {
    OAuth2ClientCredentialsSource source =
        new OAuth2ClientCredentialsSource(
            WEB.baseUrl() + token,
            Issuer.CLIENT_SECRET,
            null,
            null,
            null,
            WEB.baseUrl() + revocation,
            WEB.baseUrl() + introspection);
    OAuthClient client = issuer.client();
    TokenFailure failure =
        catchThrowableOfType(TokenFailure.class, () -> server.clientCredentials(source, client));
    assertThat(failure.getMessage())
        .startsWith(refused + " " + WEB.baseUrl() + "/other/")
        .contains("tokenEndpoints.allowed");
    if (refused.equals("revocationEndpoint")) {
      assertThat(
              catchThrowableOfType(
                  TokenFailure.class, () -> server.revoke(source, client, "old-access")))
          .hasMessage(failure.getMessage());
    }
    assertThat(WEB.getAllServeEvents()).isEmpty();
  }

  @Test
  void anAnswerOfGitHubIsUnderstood() throws Exception {
    answer(TOKEN, okJson("{\"error\": \"bad_refresh_token\", \"error_uri\": \"x\"}"));
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, this::refresh);
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.REJECTED);
    assertThat(calls.all()).containsExactly("token rejected");
  }

  @ParameterizedTest
  @CsvSource({"429, 17", "503, 17"})
  void anIssuerMayAskForPatience(int status, String seconds) throws Exception {
    answer(TOKEN, aResponse().withStatus(status).withHeader("Retry-After", seconds));
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, this::refresh);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(17));
    assertThat(calls.all()).containsExactly("token unavailable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic realm=\"x\"", "Bearer error=\"invalid_token\""})
  void a401IsAnAnswerLikeAnyOther(String challenge) throws Exception {
    ResponseDefinitionBuilder response = aResponse().withStatus(401);
    answer(
        TOKEN, challenge.isEmpty() ? response : response.withHeader("WWW-Authenticate", challenge));
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, this::refresh);
    assertThat(failure.getMessage()).contains("does not accept the client (HTTP 401)");
    assertThat(calls.all()).containsExactly("token misconfigured");
    assertThat(WEB.getAllServeEvents()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowed(int status) throws Exception {
    answer(TOKEN, aResponse().withStatus(status).withHeader("Location", WEB.baseUrl() + REVOKE));
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, this::refresh);
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure.getMessage())
        .contains("redirects (HTTP " + status + "), which is not followed");
    assertThat(WEB.getAllServeEvents()).hasSize(1);
  }

  @Test
  void anExpiryThatTheAnswerLeavesOutIsAsked() throws Exception {
    issuer = issuer.introspecting();
    answer(TOKEN, okJson("{\"access_token\": \"new-access\", \"expires_in\": 0}"));
    answer(
        INTROSPECT,
        okJson("{\"active\": true, \"exp\": " + NOW.plusSeconds(120).getEpochSecond() + "}"));
    assertThat(refresh().expiresAt()).isEqualTo(NOW.plusSeconds(120));
    assertThat(form(INTROSPECT))
        .isEqualTo(
            Map.of("token", List.of("new-access"), "token_type_hint", List.of("access_token")));
    assertThat(sent(INTROSPECT).header("Authorization").values())
        .isEqualTo(sent(TOKEN).header("Authorization").values());
    assertThat(calls.all()).containsExactly("token success", "introspection success");
  }

  @Test
  void anExpiryThatTheAnswerHoldsIsNotAsked() throws Exception {
    issuer = issuer.introspecting();
    answer(TOKEN, okJson(GRANTED));
    assertThat(refresh().expiresAt()).isEqualTo(NOW.plusSeconds(3599));
    assertThat(calls.all()).containsExactly("token success");
  }

  @ParameterizedTest
  @CsvSource({
    "200, '{\"active\": false}', success",
    "200, '{\"active\": true}', success",
    "200, nonsense, unavailable",
    "401, '{\"error\": \"invalid_client\"}', misconfigured",
    "503, '', unavailable"
  })
  void anIntrospectionThatFailsLosesNoToken(int status, String body, String outcome)
      throws Exception {
    issuer = issuer.introspecting();
    answer(TOKEN, okJson("{\"access_token\": \"a\", \"refresh_token\": \"r\"}"));
    answer(INTROSPECT, aResponse().withStatus(status).withBody(body));
    IssuedTokens issued;
    try (CapturedLog log = CapturedLog.ofEverything()) {
      issued = refresh();
      refresh();
      assertThat(log.lines("dev.mcpsession"))
          .singleElement()
          .asString()
          .startsWith("WARN introspectionEndpoint " + WEB.baseUrl() + INTROSPECT)
          .endsWith("taken to live 3600 s");
    }
    assertThat(issued.refreshToken()).isEqualTo("r");
    assertThat(issued.expiresAt())
        .isEqualTo(NOW.plus(NimbusAuthorizationServer.DEFAULT_LIFETIME))
        .isEqualTo(NOW.plusSeconds(3600));
    assertThat(calls.all()).contains("introspection " + outcome);
  }

  @Test
  void anInterruptDuringTheIntrospectionLosesNoToken() throws Exception {
    issuer = issuer.introspecting();
    answer(TOKEN, okJson("{\"access_token\": \"a\", \"refresh_token\": \"r\"}"));
    // The turn to introspect comes with the interrupt set already.
    try (NimbusAuthorizationServer interrupted =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(List.of(EndpointUrl.parse(WEB.baseUrl())), true),
            InstantSource.fixed(NOW),
            (endpoint, outcome, duration) -> Thread.currentThread().interrupt())) {
      IssuedTokens issued =
          interrupted.withExpiry(
              issuer.refresh(),
              issuer.client(),
              interrupted.refresh(issuer.refresh(), issuer.client(), "old", () -> true));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(issued.refreshToken()).isEqualTo("r");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, ''",
    "400, '{\"error\": \"invalid_token\"}'",
    "400, '{\"error\": \"unsupported_token_type\"}'"
  })
  void aTokenIsRevoked(int status, String body) throws Exception {
    answer(REVOKE, aResponse().withStatus(status).withBody(body));
    server.revoke(issuer.refresh(), issuer.client(), "old-access");
    assertThat(form(REVOKE))
        .isEqualTo(
            Map.of("token", List.of("old-access"), "token_type_hint", List.of("access_token")));
    assertThat(sent(REVOKE).header("Authorization").firstValue()).startsWith("Basic ");
    assertThat(calls.all()).containsExactly("revocation success");
  }

  @ParameterizedTest
  @CsvSource({"500, unavailable", "503, unavailable", "404, misconfigured", "401, misconfigured"})
  void aRevocationThatFailsSaysSo(int status, String outcome) throws Exception {
    answer(REVOKE, aResponse().withStatus(status));
    OAuthClient client = issuer.client();
    TokenFailure failure =
        catchThrowableOfType(
            TokenFailure.class, () -> server.revoke(issuer.refresh(), client, "old-access"));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure.getMessage()).startsWith("revocationEndpoint " + WEB.baseUrl() + REVOKE);
    assertThat(calls.all()).containsExactly("revocation " + outcome);
  }

  @Test
  void withoutARevocationEndpointNothingCanBeRevoked() throws Exception {
    OAuth2ClientCredentialsSource source =
        new OAuth2ClientCredentialsSource(
            WEB.baseUrl() + TOKEN, Issuer.CLIENT_SECRET, null, null, null, null, null);
    OAuthClient client = issuer.client();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.revoke(source, client, "old-access"));
  }

  private IssuedTokens refresh() throws TokenFailure, InterruptedException {
    return server.withExpiry(
        issuer.refresh(),
        issuer.client(),
        server.refresh(issuer.refresh(), issuer.client(), "old", () -> true));
  }

  private static void answer(String path, ResponseDefinitionBuilder response) {
    WEB.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().withStatus(418)));
    WEB.stubFor(post(urlPathEqualTo(path)).willReturn(response));
  }

  private static LoggedRequest sent(String path) {
    List<LoggedRequest> requests = WEB.findAll(postRequestedFor(urlPathEqualTo(path)));
    assertThat(requests).hasSize(1);
    return requests.getFirst();
  }

  /** Decoded. */
  private static Map<String, List<String>> form(String path) {
    Map<String, List<String>> form = new TreeMap<>();
    for (String pair : sent(path).getBodyAsString().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      form.merge(
          URLDecoder.decode(parts[0], UTF_8),
          List.of(URLDecoder.decode(parts[1], UTF_8)),
          (first, next) -> Stream.concat(first.stream(), next.stream()).toList());
    }
    return form;
  }
}
