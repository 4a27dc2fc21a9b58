package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NimbusAuthorizationServerTest extends AuthorizationServerFixture {
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
  void aTokenIsAskedForEveryAudienceAndResource() throws Exception {
    Issuer narrowed =
        issuer.forServices(
            List.of("git", "https://wiki.example"), List.of("https://git.example/a?b=c"));
    answer(TOKEN, okJson(GRANTED));
    server.clientCredentials(narrowed.clientCredentials(), narrowed.client());
    assertThat(form(TOKEN))
        .isEqualTo(
            Map.of(
                "grant_type", List.of("client_credentials"),
                "audience", List.of("git", "https://wiki.example"),
                "resource", List.of("https://git.example/a?b=c")));
    WEB.resetRequests();
    server.refresh(narrowed.refresh("repo"), narrowed.client(), "old", () -> true);
    assertThat(form(TOKEN))
        .isEqualTo(
            Map.of(
                "grant_type", List.of("refresh_token"),
                "refresh_token", List.of("old"),
                "scope", List.of("repo"),
                "audience", List.of("git", "https://wiki.example"),
                "resource", List.of("https://git.example/a?b=c")));
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
}
