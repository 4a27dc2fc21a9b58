package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client without a secret says who it is, in the body. */
class PublicClientTest extends AuthorizationServerFixture {
  @BeforeEach
  void makePublic() {
    issuer =
        issuer
            .authenticating(ClientAuthentication.none)
            .with(Issuer.CLIENT_SECRET, Map.of("client_id", Issuer.ID));
  }

  @Test
  void itUsesARefreshToken() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    assertThat(refresh().accessToken()).isEqualTo("new-access");
    assertSent(TOKEN, Map.of("grant_type", "refresh_token", "refresh_token", "old"));
  }

  @Test
  void itExchangesAToken() throws Exception {
    answer(TOKEN, okJson(GRANTED));
    server.exchange(
        issuer.exchange(new SubjectToken(null, null, null), null, null),
        issuer.client(),
        "subject",
        SubjectToken.Type.jwt);
    assertSent(
        TOKEN,
        Map.of(
            "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token", "subject",
            "subject_token_type", "urn:ietf:params:oauth:token-type:jwt"));
  }

  @Test
  void itRevokesAToken() throws Exception {
    answer(REVOKE, aResponse().withStatus(200));
    server.revoke(issuer.refresh(), issuer.client(), "old-access");
    assertSent(REVOKE, Map.of("token", "old-access", "token_type_hint", "access_token"));
  }

  @Test
  void itAsksWhenATokenExpires() throws Exception {
    issuer = issuer.introspecting();
    answer(INTROSPECT, okJson("{\"active\": true, \"exp\": 1795257000}"));
    server.withExpiry(issuer.refresh(), issuer.client(), new IssuedTokens("a", null, NOW, null));
    assertSent(INTROSPECT, Map.of("token", "a", "token_type_hint", "access_token"));
  }

  @Test
  void aSecretThatIsThereAllTheSameIsNotSent() throws Exception {
    issuer =
        issuer.with(
            Issuer.CLIENT_SECRET, Map.of("client_id", Issuer.ID, "client_secret", Issuer.PASSWORD));
    answer(TOKEN, okJson(GRANTED));
    refresh();
    assertThat(sent(TOKEN).getBodyAsString()).doesNotContain(Issuer.PASSWORD);
    assertThat(sent(TOKEN).containsHeader("Authorization")).isFalse();
  }

  @Test
  void aServerThatWantsASecretIsAFaultOfTheConfiguration() {
    answer(TOKEN, aResponse().withStatus(401).withBody("{\"error\": \"invalid_client\"}"));
    assertThat(catchThrowableOfType(TokenFailure.class, this::refresh).getMessage())
        .contains("correct client_id in Secret " + Issuer.CLIENT_SECRET + ", or clientAuth");
  }

  @Test
  void anyOtherClientNeedsItsSecret() {
    Issuer confidential = issuer.authenticating(ClientAuthentication.post);
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, confidential::client);
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.MISSING);
    assertThat(failure.getMessage()).contains("no key client_secret");
  }

  /** These parameters and the client's id, each once. */
  private static void assertSent(String path, Map<String, String> parameters) {
    Map<String, List<String>> form = new TreeMap<>(Map.of("client_id", List.of(Issuer.ID)));
    parameters.forEach((name, value) -> form.put(name, List.of(value)));
    assertThat(form(path)).isEqualTo(form);
    assertThat(sent(path).containsHeader("Authorization")).isFalse();
  }
}
