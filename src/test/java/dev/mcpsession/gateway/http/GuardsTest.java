package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.config.Authority;
import dev.mcpsession.config.WebOrigin;
import dev.mcpsession.gateway.http.Guards.Refusal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardsTest {
  private static final String HOST = "mcp.example";
  private static final Guards GUARDS =
      guards("https://mcp.example", List.of(), List.of("https://app.example", "http://dev:3000"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mcp.example",
        "MCP.Example",
        "mcp.example:443",
        "mcp.example:8443",
        "localhost",
        "LocalHost:8080",
        "127.0.0.1:8080",
        "127.8.8.8",
        "[::1]",
        "[0:0:0:0:0:0:0:1]:8080"
      })
  void theHostOfTheBaseUrlAndLoopbackAreAllowedOnAnyPort(String host) {
    assertThat(GUARDS.refusal(List.of(host), List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "mcp.example.evil.example",
        "evil-mcp.example",
        "mcp.example.",
        "mcp.example:0",
        "mcp.example:65536",
        "mcp.example:x",
        "mcp.example/x",
        "me@mcp.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "2130706433",
        "[::2]",
        "[::1",
        "::1",
        "",
        " mcp.example"
      })
  void everyOtherHostIsMisdirected(String host) {
    assertThat(GUARDS.refusal(List.of(host), List.of()))
        .hasValueSatisfying(
            it -> {
              assertThat(it.status()).isEqualTo(421);
              assertThat(it.reason()).isEqualTo(Rejection.HOST);
              assertThat(it.message()).contains("allowedHosts");
            });
  }

  @Test
  void aRequestWithoutAHostOrWithTwoIsMalformed() {
    assertThat(status(GUARDS, List.of(), List.of())).isEqualTo(400);
    assertThat(status(GUARDS, List.of(HOST, HOST), List.of())).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "gateway.mcp.svc, 0",
    "10.1.2.3:8080, 0",
    "mcp.example, 421",
    "localhost, 421",
    "127.0.0.1, 421"
  })
  void hostsThatAreConfiguredTakeThePlaceOfTheDefault(String host, int status) {
    Guards guards =
        guards("https://mcp.example", List.of("gateway.mcp.svc", "10.1.2.3"), List.of());
    assertThat(status(guards, List.of(host), List.of())).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example",
        "https://app.example:443",
        "HTTPS://App.Example",
        "http://dev:3000",
        "https://mcp.example"
      })
  void configuredOriginsAndTheGatewaysOwnAreAllowed(String origin) {
    assertThat(GUARDS.refusal(List.of(HOST), List.of(origin))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "*",
        "app.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.",
        "https://app.example/",
        "https://app.example/path",
        "https://app.example.evil.example",
        "https://evil.example#https://app.example",
        "https://app.example@evil.example",
        "https://sub.app.example",
        "http://dev",
        "http://dev:30000",
        "http://mcp.example",
        "http://localhost",
        "chrome-extension://abcdef"
      })
  void everyOtherOriginIsForbidden(String origin) {
    assertThat(GUARDS.refusal(List.of(HOST), List.of(origin)))
        .hasValueSatisfying(
            it -> {
              assertThat(it.status()).isEqualTo(403);
              assertThat(it.reason()).isEqualTo(Rejection.ORIGIN);
              assertThat(it.message()).contains("allowedOrigins");
            });
  }

  @Test
  void twoOriginsAreForbiddenEvenIfEachIsAllowed() {
    assertThat(status(GUARDS, List.of(HOST), List.of("https://app.example", "https://app.example")))
        .isEqualTo(403);
  }

  @Test
  void anExtensionOfABrowserCanBeAllowed() {
    Guards guards = guards("https://mcp.example", List.of(), List.of("chrome-extension://abcdef"));
    assertThat(status(guards, List.of(HOST), List.of("chrome-extension://abcdef"))).isZero();
    assertThat(status(guards, List.of(HOST), List.of("chrome-extension://abcdeg"))).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080, http://localhost:8080, 0",
    "127.0.0.1:8080, http://127.0.0.1:8080, 0",
    "localhost, http://localhost, 0",
    "localhost:80, http://localhost, 0",
    "[::1]:8080, http://[::1]:8080, 0",
    "localhost:8080, http://localhost:3000, 403",
    "localhost:8080, http://127.0.0.1:8080, 403",
    "localhost:8080, https://localhost:8080, 403",
    "localhost:8080, http://evil.example, 403",
    "evil.example:8080, http://evil.example:8080, 421",
    "mcp.example:8080, http://mcp.example:8080, 403"
  })
  void onLoopbackAPageOfTheSamePortIsOfTheSameOrigin(String host, String origin, int status) {
    assertThat(status(GUARDS, List.of(host), List.of(origin))).isEqualTo(status);
  }

  @Test
  void anAnswerNamesTheOriginItIsFor() {
    assertThat(GUARDS.responseHeaders("https://app.example"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Vary",
                "Origin",
                "Access-Control-Allow-Origin",
                "https://app.example",
                "Access-Control-Expose-Headers",
                "Mcp-Session-Id, WWW-Authenticate"));
  }

  @Test
  void withoutAnOriginCachesAreToldThatOneWouldMatter() {
    assertThat(GUARDS.responseHeaders(null)).isEqualTo(Map.of("Vary", "Origin"));
    assertThat(GUARDS.preflightHeaders(null, "authorization"))
        .isEqualTo(Map.of("Vary", "Origin", "Allow", "GET, POST, DELETE, OPTIONS"));
  }

  @Test
  void aPreflightAllowsWhatMcpClientsSend() {
    assertThat(GUARDS.preflightHeaders("https://app.example", "authorization,content-type"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Allow",
                "GET, POST, DELETE, OPTIONS",
                "Vary",
                "Origin, Access-Control-Request-Headers",
                "Access-Control-Allow-Origin",
                "https://app.example",
                "Access-Control-Expose-Headers",
                "Mcp-Session-Id, WWW-Authenticate",
                "Access-Control-Allow-Methods",
                "GET, POST, DELETE",
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID",
                "Access-Control-Max-Age",
                "7200"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "mcp-method, mcp-name, mcp-param-city; mcp-method, mcp-name, mcp-param-city",
        "Mcp-Method,mcp-method,MCP-METHOD; Mcp-Method",
        "mcp-session-id, MCP-PROTOCOL-VERSION, mcp-name; mcp-name",
        "x-secret, cookie, mcp-name, authorization; mcp-name",
        "'mcp-a b, mcp-(x), mcp-\u00e4, mcp-, mcp-name'; mcp-, mcp-name"
      })
  void ofTheRequestedHeadersMcpsOwnAreAllowedAsWell(String requested, String added) {
    assertThat(allowed(requested))
        .isEqualTo(
            "Authorization, Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, "
                + added);
  }

  @Test
  void aLongListOfRequestedHeadersIsCut() {
    String requested =
        String.join(",", IntStream.range(0, 5_000).mapToObj(i -> "mcp-" + i).toList());
    assertThat(allowed(requested).split(", ")).hasSize(5 + 64);
  }

  private static String allowed(String requested) {
    return Objects.requireNonNull(
        GUARDS
            .preflightHeaders("https://app.example", requested)
            .get("Access-Control-Allow-Headers"));
  }

  private static int status(Guards guards, List<String> hosts, List<String> origins) {
    return guards.refusal(hosts, origins).map(Refusal::status).orElse(0);
  }

  private static Guards guards(String baseUrl, List<String> hosts, List<String> origins) {
    return new Guards(
        URI.create(baseUrl),
        hosts.stream().flatMap(it -> Stream.ofNullable(Authority.parse(it))).toList(),
        origins.stream().flatMap(it -> Stream.ofNullable(WebOrigin.parse(it))).toList());
  }
}
