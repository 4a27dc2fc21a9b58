package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered in place of a token. */
class IssuerRefusalTest extends AuthorizationServerFixture {
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
}
