package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a token expires is asked where the answer does not say. */
class IntrospectionTest extends AuthorizationServerFixture {
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
            IssuerProxies.none(),
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
}
