package dev.mcpsession.signin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.client.Registration;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.web.SignInPaths;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationEndpointTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final String METADATA = "{\"redirect_uris\": [\"http://127.0.0.1/\"]}";

  private final SignInKeys keys = SignInKeys.generated(NOW, new SecureRandom());
  private final List<String> refused = new ArrayList<>();
  private final SignInEvents events =
      new SignInEvents() {
        @Override
        public void refused(Place place, OAuthErrorCode reason) {
          refused.add(place + " " + reason);
        }
      };
  private final RegistrationEndpoint endpoint = endpoint(true);

  @Test
  void answersWithAClientIdThatNobodyKeeps() throws IOException {
    SiteAnswer answer = endpoint.answer(request("POST", "application/json", METADATA));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers())
        .contains(
            new SiteAnswer.Header("Content-Type", "application/json; charset=utf-8"),
            new SiteAnswer.Header("Cache-Control", "no-store"));
    JsonNode registered = json(answer);
    assertThat(registered.path("client_id").asText()).isNotEmpty();
    assertThat(registered.path("token_endpoint_auth_method").asText()).isEqualTo("none");
    assertThat(registered.has("client_secret")).isFalse();
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | {} | invalid_redirect_uri",
        "application/json; charset=utf-8 | [] | invalid_client_metadata",
        "text/plain | {} | invalid_client_metadata",
        "application/x-www-form-urlencoded | redirect_uris=x | invalid_client_metadata",
        " | {} | invalid_client_metadata"
      })
  void saysWhatIsWrong(String type, String body, String error) throws IOException {
    SiteAnswer answer = endpoint.answer(request("POST", type, body));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.headers()).contains(new SiteAnswer.Header("Cache-Control", "no-store"));
    assertThat(json(answer).path("error").asText()).isEqualTo(error);
    assertThat(json(answer).path("error_description").asText()).endsWith(".");
    assertThat(refused).containsExactly("register " + error);
  }

  @Test
  void refusesALongBody() throws IOException {
    String body = "{\"x\": \"" + "a".repeat(64 * 1024) + "\"}";
    SiteAnswer answer = endpoint.answer(request("POST", "application/json", body));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).path("error_description").asText())
        .isEqualTo("The metadata is longer than 64 KiB.");
  }

  @Test
  void refusesEverybodyWhereClientsMayNotRegister() throws IOException {
    SiteAnswer answer = endpoint(false).answer(request("POST", "application/json", METADATA));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(json(answer).path("error").asText()).isEqualTo("access_denied");
    assertThat(json(answer).path("error_description").asText()).contains("dynamicRegistration");
    assertThat(refused).containsExactly("register access_denied");
  }

  @Test
  void takesNoOtherMethod() {
    SiteAnswer answer = endpoint.answer(request("GET", "application/json", ""));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsExactly(new SiteAnswer.Header("Allow", "POST"));
  }

  private RegistrationEndpoint endpoint(boolean isOpen) {
    return new RegistrationEndpoint(
        isOpen ? Optional.of(new Registration(() -> keys, List.of())) : Optional.empty(),
        events,
        InstantSource.fixed(NOW));
  }

  private static SiteRequest request(String method, String type, String body) {
    return new SiteRequest(
        method,
        SignInPaths.REGISTER,
        "",
        type == null ? Map.of() : Map.of("content-type", List.of(type)),
        body.getBytes(UTF_8));
  }

  private static JsonNode json(SiteAnswer answer) throws IOException {
    return new ObjectMapper().readTree(answer.body());
  }
}
