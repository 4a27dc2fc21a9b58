package dev.mcpsession.signin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.web.SignInPaths;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetadataEndpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String DOCUMENT =
      """
      {"issuer": "https://mcp.example",
       "authorization_endpoint": "https://mcp.example/oauth/authorize",
       "token_endpoint": "https://mcp.example/oauth/token",
       "registration_endpoint": "https://mcp.example/oauth/register",
       "revocation_endpoint": "https://mcp.example/oauth/revoke",
       "jwks_uri": "https://mcp.example/oauth/jwks",
       "scopes_supported": ["read", "write"],
       "response_types_supported": ["code"],
       "response_modes_supported": ["query"],
       "grant_types_supported": ["authorization_code", "refresh_token"],
       "code_challenge_methods_supported": ["S256"],
       "token_endpoint_auth_methods_supported": ["none"],
       "revocation_endpoint_auth_methods_supported": ["none"],
       "authorization_response_iss_parameter_supported": true,
       "client_id_metadata_document_supported": true}
      """;

  @Test
  void saysWhatTheServerCan() throws IOException {
    SiteAnswer answer =
        MetadataEndpoint.oauth(config(true, true), List.of("write", "read", "write"))
            .answer(request("GET"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers())
        .contains(
            new SiteAnswer.Header("Content-Type", "application/json; charset=utf-8"),
            new SiteAnswer.Header("Cache-Control", "max-age=300"));
    assertThat(JSON.readTree(answer.body())).isEqualTo(JSON.readTree(DOCUMENT));
  }

  @Test
  void saysTheSameToClientsOfOpenIdConnect() throws IOException {
    JsonNode expected =
        JSON.readerForUpdating(JSON.readTree(DOCUMENT))
            .readTree(
                """
                {"subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["ES256"]}
                """);
    JsonNode answered =
        JSON.readTree(
            MetadataEndpoint.openid(config(true, true), List.of("read", "write"))
                .answer(request("GET"))
                .body());
    assertThat(expected.properties()).isSubsetOf(answered.properties());
    assertThat(JSON.readTree(DOCUMENT).properties()).isSubsetOf(answered.properties());
    assertThat(answered.size()).isEqualTo(JSON.readTree(DOCUMENT).size() + 2);
  }

  @Test
  void saysNothingOfWhatTheConfigurationTurnsOff() throws IOException {
    JsonNode answered =
        JSON.readTree(
            MetadataEndpoint.oauth(config(false, false), List.of()).answer(request("HEAD")).body());
    assertThat(answered.has("registration_endpoint")).isFalse();
    assertThat(answered.has("scopes_supported")).isFalse();
    assertThat(answered.path("client_id_metadata_document_supported").asBoolean(true)).isFalse();
  }

  @Test
  void takesNoOtherMethod() {
    SiteAnswer answer =
        MetadataEndpoint.oauth(config(true, true), List.of()).answer(request("POST"));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsExactly(new SiteAnswer.Header("Allow", "GET, HEAD"));
  }

  private static SiteRequest request(String method) {
    return new SiteRequest(method, SignInPaths.OAUTH_METADATA, "", Map.of(), new byte[0]);
  }

  private static GatewayConfig.SignIn config(boolean registration, boolean documents) {
    return new GatewayConfig.SignIn(
        URI.create("https://mcp.example"),
        Optional.empty(),
        "keys",
        Optional.empty(),
        List.of(),
        Duration.ofMinutes(10),
        Duration.ofDays(14),
        Duration.ofDays(90),
        new GatewayConfig.Clients(registration, documents, List.of(), false));
  }
}
