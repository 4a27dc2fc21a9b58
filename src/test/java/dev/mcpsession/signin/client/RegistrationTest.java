package dev.mcpsession.signin.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.client.ClientInformation;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.key.SignInKeys;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final List<String> HOSTS = List.of("app.example");

  private final SignInKeys keys = SignInKeys.generated(NOW, new SecureRandom());
  private final Registration registration = new Registration(() -> keys, HOSTS);

  @Test
  void registersAPublicClientWhateverItAsksFor() throws Exception {
    ClientInformation registered =
        register(
            """
            {"redirect_uris": ["http://localhost:6274/oauth/callback"],
             "client_name": "MCP Inspector",
             "token_endpoint_auth_method": "client_secret_post",
             "grant_types": ["authorization_code"],
             "logo_uri": 5, "jwks": "none", "software_statement": ""}
            """);
    assertThat(registered.getMetadata().getGrantTypes())
        .containsExactlyInAnyOrder(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
    assertThat(registered.toJSONObject())
        .containsAllEntriesOf(
            Map.of(
                "client_id", registered.getID().getValue(),
                "client_id_issued_at", NOW.getEpochSecond(),
                "client_name", "MCP Inspector",
                "redirect_uris", List.of("http://localhost:6274/oauth/callback"),
                "token_endpoint_auth_method", "none",
                "response_types", List.of("code")))
        .containsOnlyKeys(
            "client_id",
            "client_id_issued_at",
            "client_name",
            "redirect_uris",
            "token_endpoint_auth_method",
            "grant_types",
            "response_types");
  }

  @Test
  void aClientIsFoundByItsIdAlone() throws Exception {
    String id =
        register(
                """
                {"redirect_uris": ["http://127.0.0.1/", "https://app.example/cb"],
                 "client_name": "Editor"}
                """)
            .getID()
            .getValue();
    assertThat(clients(HOSTS).find(id))
        .isEqualTo(
            new ClientLookup.Found(
                new Client(
                    id,
                    "Editor",
                    Optional.empty(),
                    List.of("http://127.0.0.1/", "https://app.example/cb"))));
    assertThat(id).hasSizeLessThan(200);
  }

  @Test
  void twoRegistrationsOfTheSameAreTwoClients() throws Exception {
    String metadata = "{\"redirect_uris\": [\"http://127.0.0.1/\"]}";
    assertThat(register(metadata).getID()).isNotEqualTo(register(metadata).getID());
  }

  @Test
  void aRedirectUriIsGoneWhenItsHostIsNotAllowedAnyMore() throws Exception {
    String both =
        register("{\"redirect_uris\": [\"https://app.example/cb\", \"http://[::1]/cb\"]}")
            .getID()
            .getValue();
    String one = register("{\"redirect_uris\": [\"https://app.example/cb\"]}").getID().getValue();
    assertThat(clients(List.of()).find(both))
        .isInstanceOfSatisfying(
            ClientLookup.Found.class,
            found -> assertThat(found.client().redirectUris()).containsExactly("http://[::1]/cb"));
    assertThat(clients(List.of()).find(one)).isInstanceOf(ClientLookup.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nobody", "a.b", "https//x", "☃", "..", "urn:x"})
  void otherIdsAreOfNobody(String id) {
    assertThat(clients(HOSTS).find(id))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("add it again"));
  }

  @Test
  void whatIsSealedForAnotherPurposeOrInAnotherWayIsNoClient() {
    byte[] content = "[\"Editor\",\"http://127.0.0.1/\"]".getBytes(UTF_8);
    for (Purpose purpose : Purpose.values()) {
      assertThat(
              clients(HOSTS).find(keys.seal(purpose, content, NOW)) instanceof ClientLookup.Found)
          .as("%s", purpose)
          .isEqualTo(purpose == Purpose.CLIENT);
    }
    for (String other : List.of("{}", "[\"a\"]", "x")) {
      assertThat(clients(HOSTS).find(keys.seal(Purpose.CLIENT, other.getBytes(UTF_8), NOW)))
          .as(other)
          .isInstanceOf(ClientLookup.Unknown.class);
    }
  }

  @Test
  void nobodyIsRegisteredWhereClientsMayNotRegister() throws Exception {
    String id = register("{\"redirect_uris\": [\"http://127.0.0.1/\"]}").getID().getValue();
    Clients closed =
        new Clients(
            new GatewayConfig.Clients(false, false, HOSTS, false), () -> keys, Optional.empty());
    assertThat(closed.find(id))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown ->
                assertThat(unknown.message()).contains("signIn.clients.dynamicRegistration"));
    assertThat(closed.find("https://app.example/client.json"))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("signIn.clients.metadataDocuments"));
  }

  @Test
  void leavesOutRedirectUrisThatAreNotAllowedIfOneRemains() throws Exception {
    assertThat(
            register(
                    """
                    {"redirect_uris": ["https://vscode.dev/redirect", "http://127.0.0.1:33418/",
                                       "cursor://app/callback"]}
                    """)
                .getMetadata()
                .getRedirectionURIStrings())
        .containsExactly("http://127.0.0.1:33418/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"redirect_uris\": []}",
        "{\"redirect_uris\": null}",
        "{\"redirect_uris\": [\"https://evil.example/cb\"]}",
        "{\"redirect_uris\": [\"cursor://app/callback\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"http://127.0.0.1/#x\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"http://a@127.0.0.1/\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"javascript:alert(1)\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"data:text/html,x\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"http://127.0.0.1/?code=x\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\", \"not a uri\"]}"
      })
  void refusesRedirectUris(String metadata) {
    assertThat(refusal(metadata).error().getCode()).isEqualTo("invalid_redirect_uri");
  }

  @Test
  void refusesMoreRedirectUrisThanAClientHas() throws JsonProcessingException {
    assertThat(refusal(withRedirectUris(21, 20)).error().getDescription())
        .isEqualTo("redirect_uris has more than 20 entries.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{}{}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"client_name\": 5}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"client_name\": {}}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"grant_types\": \"authorization_code\"}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"grant_types\": [\"client_credentials\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"response_types\": [\"token\"]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"response_types\": [5]}",
        "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"redirect_uris\": [\"http://[::1]/\"]}"
      })
  void refusesMetadata(String metadata) {
    assertThat(refusal(metadata).error().getCode()).isEqualTo("invalid_client_metadata");
  }

  @Test
  void aClientIdHasAtMost2000Characters() throws Exception {
    assertThat(register(withRedirectUris(7, 180)).getID().getValue().length())
        .isBetween(1500, RegisteredClients.LONGEST_ID);
    assertThat(refusal(withRedirectUris(9, 180)).error())
        .satisfies(
            error -> {
              assertThat(error.getCode()).isEqualTo("invalid_client_metadata");
              assertThat(error.getDescription()).contains("2000 characters", "fewer or shorter");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Claude Code | Claude Code",
        "  two  \\n lines\\t | two lines",
        "evil\\u202egnp.exe | evilgnp.exe",
        "\\u2066a\\u2069\\u200b\\u0000\\u001b[31mred | a[31mred",
        "half \\ud800 a character | half a character",
        "\\u2028\\u00a0 | Unnamed client",
        "\\ue000\\uffff | Unnamed client",
        "Prüfer 検査 👍 | Prüfer 検査 👍",
        "<script>alert(1)</script> | <script>alert(1)</script>"
      })
  void aNameIsFitToBeShown(String given, String shown) throws Exception {
    assertThat(
            register(
                    "{\"redirect_uris\": [\"http://127.0.0.1/\"], \"client_name\": \""
                        + given
                        + "\"}")
                .getMetadata()
                .getName())
        .isEqualTo(shown);
  }

  @Test
  void aLongNameIsCutBetweenCharacters() {
    assertThat(ClientText.name("👍".repeat(101))).isEqualTo("👍".repeat(99) + "…");
    assertThat(ClientText.name("a".repeat(100))).isEqualTo("a".repeat(100));
    assertThat(ClientText.name(null)).isEqualTo("Unnamed client");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void arbitraryMetadataIsRegisteredOrRefusedAndNothingElse(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      byte[] metadata = arbitrary(random);
      try {
        Client client =
            ((ClientLookup.Found)
                    clients(HOSTS).find(registration.register(metadata, NOW).getID().getValue()))
                .client();
        assertThat(client.name()).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(client.redirectUris())
            .isNotEmpty()
            .allMatch(uri -> RedirectUri.parse(uri, HOSTS).isPresent());
      } catch (RefusedMetadataException e) {
        assertThat(e.error().getCode()).startsWith("invalid_");
        assertThat(e.error().getDescription()).matches("[\\x20-\\x7e&&[^\"\\\\]]+");
      }
    }
  }

  /** Almost right metadata with some bytes of it turned over, or with odd values. */
  private static byte[] arbitrary(Random random) {
    String[] values = {
      "null",
      "5",
      "-1e400",
      "true",
      "\"\"",
      "\"none\"",
      "\"http://localhost/cb\"",
      "[]",
      "[null]",
      "[5]",
      "[\"http://localhost/cb\"]",
      "[\"authorization_code\"]",
      "[\"code\"]",
      "{}",
      "[\"code token\", \"\"]",
      "[[\"a\"]]",
      "\"\\ud800\"",
      "\"\\u202e\"",
      "[\"\\u0000\"]",
      "\"é\""
    };
    String[] keys = {
      "redirect_uris",
      "client_name",
      "grant_types",
      "response_types",
      "token_endpoint_auth_method",
      "scope",
      "client_name#de",
      "jwks",
      ""
    };
    StringBuilder json = new StringBuilder("{");
    if (random.nextBoolean()) {
      json.append("\"redirect_uris\": [\"http://localhost/cb\"]");
    }
    for (int member = random.nextInt(4); member > 0; member--) {
      json.append(json.length() > 1 ? "," : "")
          .append('"')
          .append(keys[random.nextInt(keys.length)])
          .append("\":")
          .append(values[random.nextInt(values.length)]);
    }
    byte[] bytes = json.append("}").toString().getBytes(UTF_8);
    for (int flips = random.nextInt(3); flips > 1; flips--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @Test
  void deeplyNestedMetadataIsRefused() {
    assertThatThrownBy(() -> register("[".repeat(20_000)))
        .isInstanceOf(RefusedMetadataException.class);
    assertThatThrownBy(() -> register("{\"x\":".repeat(20_000) + "1" + "}".repeat(20_000)))
        .isInstanceOf(RefusedMetadataException.class);
  }

  private Clients clients(List<String> hosts) {
    return new Clients(
        new GatewayConfig.Clients(true, false, hosts, false), () -> keys, Optional.empty());
  }

  private ClientInformation register(String metadata) throws RefusedMetadataException {
    return registration.register(metadata.getBytes(UTF_8), NOW);
  }

  private RefusedMetadataException refusal(String metadata) {
    return catchThrowableOfType(RefusedMetadataException.class, () -> register(metadata));
  }

  private static String withRedirectUris(int count, int length) throws JsonProcessingException {
    List<String> uris =
        IntStream.range(0, count)
            .mapToObj(n -> ("http://localhost/" + n + "a".repeat(length)).substring(0, length))
            .toList();
    return new ObjectMapper().writeValueAsString(Map.of("redirect_uris", new ArrayList<>(uris)));
  }
}
