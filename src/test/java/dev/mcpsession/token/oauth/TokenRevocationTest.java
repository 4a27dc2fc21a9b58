package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.token.TokenFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that nobody needs any more are revoked (RFC 7009). */
class TokenRevocationTest extends AuthorizationServerFixture {
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
    assertThat(failure.kind()).isNotEqualTo(TokenFailure.Kind.REJECTED);
    assertThat(failure.getMessage()).startsWith("revocationEndpoint " + WEB.baseUrl() + REVOKE);
    assertThat(calls.all()).containsExactly("revocation " + outcome);
  }

  @Test
  void withoutARevocationEndpointNothingCanBeRevoked() throws Exception {
    OAuth2ClientCredentialsSource source =
        new OAuth2ClientCredentialsSource(
            WEB.baseUrl() + TOKEN, Issuer.CLIENT_SECRET, null, null, null, null, null, null, null);
    OAuthClient client = issuer.client();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.revoke(source, client, "old-access"));
  }
}
