package dev.mcpsession.signin.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentAnswerTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final DocumentUrl URL =
      DocumentUrl.parse("https://app.example:8443/client.json", false).orElseThrow();
  private static final String GOOD =
      """
      {"client_id": "https://app.example:8443/client.json", "client_name": "Editor",
       "redirect_uris": ["http://127.0.0.1/", "https://app.example/cb"]}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/oauth-client+json"
      })
  void tellsOfAClient(String type) {
    assertThat(client(200, type, GOOD))
        .isEqualTo(
            new ClientLookup.Found(
                new Client(
                    "https://app.example:8443/client.json",
                    "Editor",
                    Optional.of("app.example:8443"),
                    List.of("http://127.0.0.1/"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "text/html", "text/json", "application/jsonx", "x/application/json", "*/*"})
  void hasToBeJson(String type) {
    assertThat(client(200, type, GOOD))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("app.example:8443", "content type"));
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 301, 302, 304, 307, 308, 400, 401, 403, 404, 410})
  void hasToBeThere(int status) {
    assertThat(client(status, "application/json", GOOD))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains(String.valueOf(status)));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void mayBeAway(int status) {
    assertThat(client(status, "application/json", GOOD))
        .isInstanceOfSatisfying(
            ClientLookup.Unavailable.class,
            away -> assertThat(away.message()).contains("Try again"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"redirect_uris\": [\"http://127.0.0.1/\"]} | client_id",
        "{\"client_id\": \"https://other.example/client.json\"} | client_id",
        "{\"client_id\": \"https://app.example:8443/client.json/\"} | client_id",
        "{\"client_id\": \"HTTPS://app.example:8443/client.json\"} | client_id",
        "{\"client_id\": [\"https://app.example:8443/client.json\"]} | client_id",
        "[] | not one JSON object",
        "{ID, \"client_id\": \"x\"} | not one JSON object",
        "{ID} | redirect_uris",
        "{ID, \"redirect_uris\": [\"https://evil.example/\"]} | redirect_uris",
        "{ID, \"redirect_uris\": [\"http://a@127.0.0.1/\"]} | redirect_uris",
        "{ID, OK, \"client_secret\": \"x\"} | client_secret",
        "{ID, OK, \"client_secret\": null} | client_secret",
        "{ID, OK, \"client_secret_expires_at\": 0} | client_secret",
        "{ID, OK, \"token_endpoint_auth_method\": \"client_secret_basic\"} | auth_method",
        "{ID, OK, \"token_endpoint_auth_method\": \"private_key_jwt\"} | auth_method",
        "{ID, OK, \"token_endpoint_auth_method\": null} | auth_method",
        "{ID, OK, \"grant_types\": [\"client_credentials\"]} | grant_types"
      })
  void hasToFit(String document, String word) {
    String body =
        document
            .replace("ID", "\"client_id\": \"https://app.example:8443/client.json\"")
            .replace("OK", "\"redirect_uris\": [\"http://127.0.0.1/\"]");
    assertThat(client(200, "application/json", body))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("app.example:8443", word));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=3600 | | | | 3600",
        "public, MAX-AGE=3600, immutable | | | | 3600",
        "max-age=\"3600\" | | | | 3600",
        "max-age=3600 | 600 | | | 3000",
        "max-age=3600 | 4000 | | | 60",
        "max-age=3600 | -1 | | | 3600",
        "max-age=5 | | | | 60",
        "max-age=0 | | | | 60",
        "max-age=999999999 | | | | 86400",
        "max-age=9999999999 | | | | 86400",
        "max-age=x | | | | 60",
        "no-store, max-age=3600 | | | | 60",
        "no-cache | | | | 60",
        "s-maxage=3600 | | | | 60",
        "max-age=600 | | Sat, 28 Nov 2026 11:00:00 GMT | | 600",
        " | | Sat, 28 Nov 2026 11:00:00 GMT | Sat, 28 Nov 2026 10:30:00 GMT | 1800",
        " | | Sat, 28 Nov 2026 11:00:00 GMT | | 3600",
        " | | Sat, 28 Nov 2026 09:00:00 GMT | | 60",
        " | | Tue, 28 Nov 2034 09:00:00 GMT | | 86400",
        " | | 0 | | 60",
        " | | | | 60"
      })
  void livesAsLongAsItSaysButAMinuteAtLeastAndADayAtMost(
      String cacheControl, String age, String expires, String date, int seconds) {
    Map<String, String> headers = new HashMap<>();
    putIfGiven(headers, "cache-control", cacheControl);
    putIfGiven(headers, "age", age);
    putIfGiven(headers, "expires", expires);
    putIfGiven(headers, "date", date);
    assertThat(new DocumentAnswer(200, headers, "").life(NOW))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  private static void putIfGiven(Map<String, String> headers, String name, String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  @Test
  void noBytesAreMoreThanUnusable() {
    Random random = new Random(7);
    byte[] good = GOOD.getBytes(UTF_8);
    for (int round = 0; round < 5000; round++) {
      byte[] body = good.clone();
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      Map<String, String> headers =
          Map.of("content-type", "application/json", "cache-control", new String(body, UTF_8));
      DocumentAnswer answer = new DocumentAnswer(200, headers, new String(body, UTF_8));
      assertThat(answer.life(NOW)).isBetween(Duration.ofSeconds(60), Duration.ofDays(1));
      switch (answer.client(URL, List.of())) {
        case ClientLookup.Found found -> {
          assertThat(found.client().id()).isEqualTo(URL.text());
          assertThat(found.client().redirectUris())
              .isNotEmpty()
              .allMatch(uri -> RedirectUri.parse(uri, List.of()).isPresent());
        }
        case ClientLookup.Unknown unknown -> assertThat(unknown.message()).endsWith("that.");
        case ClientLookup.Unavailable away -> throw new AssertionError(away.message());
      }
    }
  }

  private static ClientLookup client(int status, String type, String body) {
    return new DocumentAnswer(status, Map.of("content-type", type), body).client(URL, List.of());
  }
}
