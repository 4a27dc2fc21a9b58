package dev.mcpsession.signin.http;

import static dev.mcpsession.signin.http.SiteClient.pairs;
import static dev.mcpsession.signin.http.SiteFixture.FORGEJO;
import static dev.mcpsession.signin.http.SiteFixture.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.gateway.http.RawClient;
import dev.mcpsession.gateway.http.RunningGateway;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.web.SignInPaths;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only the gateway's HTTP server can show of sign-in: headers, origins, limits, and floods.
 */
class SignInServerTest {
  private static final String EVIL = "https://evil.example";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final Pattern REQUEST = Pattern.compile("name=\"request\" value=\"([^\"]+)\"");

  /** As many as somebody may try in a minute, or fewer where a minute is too long. */
  private static final int ATTEMPTS = Integer.getInteger("signin.attempts", 2000);

  private final SiteFixture fixture = new SiteFixture();
  private final SiteClient client = SiteClient.registered(fixture.site, "Editor");
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    fixture.providers.get("team/forgejo").gives("alices", "alice", "refresh-alice");
    gateway = RunningGateway.serving(fixture.site, fixture.authenticator);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** An answer as it came. */
  private record Answer(int status, List<String> headers, String body) {
    List<String> all(String name) {
      return headers.stream()
          .filter(it -> it.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(it -> it.substring(name.length() + 1).strip())
          .toList();
    }

    String cookie() {
      return all("Set-Cookie").stream()
          .map(it -> it.split(";", 2)[0])
          .collect(Collectors.joining("; "));
    }

    String request() {
      Matcher found = REQUEST.matcher(body);
      assertThat(found.find()).as("the page of consent").isTrue();
      return found.group(1);
    }
  }

  private Answer send(String requestLine, List<String> headers, String body) {
    return sent(
        "%s HTTP/1.1\r\nHost: mcp.example\r\nConnection: close\r\n%s%s\r\n%s"
            .formatted(
                requestLine,
                headers.stream().map(it -> it + "\r\n").collect(Collectors.joining()),
                body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n",
                body));
  }

  private Answer sent(String bytes) {
    try (RawClient raw = new RawClient(gateway.port())) {
      return answer(raw.send(bytes).readAll());
    }
  }

  private static Answer answer(String read) {
    String[] parts = read.split("\r\n\r\n", 2);
    List<String> head = Arrays.asList(parts[0].split("\r\n", -1));
    assertThat(head.getFirst()).startsWith("HTTP/1.");
    return new Answer(
        Integer.parseInt(head.getFirst().split(" ", -1)[1]),
        head.subList(1, head.size()),
        parts.length < 2 ? "" : parts[1]);
  }

  private Answer consentPage() {
    return send(
        "GET " + SignInPaths.AUTHORIZE + "?" + form(pairs(client.request(FORGEJO))), List.of(), "");
  }

  private Answer allow(Answer page, String... headers) {
    List<String> all = new ArrayList<>(List.of(FORM, "Cookie: " + page.cookie()));
    all.addAll(List.of(headers));
    return send(
        "POST " + SignInPaths.AUTHORIZE, all, form("request", page.request(), "decision", "allow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://mcp.example",
        "https://mcp.example:8443",
        "https://mcp.example.evil.example",
        "https://mcp.example@evil.example",
        "http://127.0.0.1:1"
      })
  void aFormOfAnotherSiteIsRefusedThoughItIsRightAndHasTheUsersCookies(String origin) {
    Answer page = consentPage();

    assertThat(allow(page, "Origin: " + origin).status()).isEqualTo(403);
    assertThat(
            send(
                    "POST " + SignInPaths.ACCOUNT,
                    List.of(FORM, "Origin: " + origin),
                    form("provider", "of git.example"))
                .status())
        .isEqualTo(403);

    assertThat(fixture.providers.get("team/forgejo").departures).isEmpty();
    assertThat(allow(page, "Origin: https://mcp.example").status()).as("the page's").isEqualTo(200);
    assertThat(fixture.providers.get("team/forgejo").departures).hasSize(1);
  }

  @Test
  void twoOriginsAreNone() {
    assertThat(allow(consentPage(), "Origin: https://mcp.example", "Origin: " + EVIL).status())
        .isEqualTo(403);
  }

  @Test
  void noPageCanBeFramedKeptOrReadByAPageOfAnotherSite() {
    Answer consent = consentPage();
    for (Answer page :
        List.of(
            consent,
            allow(consent, "Origin: https://mcp.example"),
            send("GET " + SignInPaths.AUTHORIZE, List.of(), ""),
            send("GET " + SignInPaths.CALLBACK + "?state=x&code=y", List.of(), ""),
            send("GET " + SignInPaths.ACCOUNT, List.of(), ""),
            send(
                "GET " + SignInPaths.ACCOUNT,
                List.of("Origin: https://inspector.example", "Cookie: __Host-mcp-account=x"),
                ""),
            send("POST " + SignInPaths.ACCOUNT, List.of(FORM), "action=sign-out"))) {
      assertThat(page.all("X-Frame-Options")).containsExactly("DENY");
      assertThat(page.all("Content-Security-Policy"))
          .singleElement()
          .asString()
          .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
          .contains("base-uri 'none'")
          .doesNotContain("unsafe", "script-src");
      assertThat(page.all("Cache-Control")).containsExactly("no-store");
      assertThat(page.all("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(page.all("Referrer-Policy")).containsExactly("same-origin");
      assertThat(page.all("Access-Control-Allow-Credentials")).isEmpty();
      assertThat(page.all("Set-Cookie"))
          .allSatisfy(
              it ->
                  assertThat(it)
                      .startsWith("__Host-mcp-")
                      .contains("; Path=/;", "; HttpOnly; SameSite=Lax; Secure")
                      .doesNotContain("Domain"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"client_id", "redirect_uri", "state", "scope", "resource", "prompt", "unknown"})
  void noParameterBecomesAHeader(String name) {
    for (String bytes :
        List.of(
            "%0d%0aX-Split:%20yes",
            "%0aX-Split:%20yes",
            "%0dX-Split:%20yes",
            "%e5%98%8a%e5%98%8dX-Split:%20yes",
            "%c4%8d%c4%8aX-Split:%20yes",
            "%00%0d%0aX-Split:%20yes",
            "%250d%250aX-Split:%2520yes",
            "%0d%0a%0d%0a%3Cscript%3Ealert(1)%3C/script%3E")) {
      Answer answer =
          send(
              "GET %s?%s&%s=%s"
                  .formatted(
                      SignInPaths.AUTHORIZE,
                      form(pairs(SiteClient.with(client.request(FORGEJO), name, null))),
                      name,
                      bytes),
              List.of(),
              "");
      assertThat(answer.status()).isBetween(200, 499);
      assertThat(answer.all("X-Split")).isEmpty();
      assertThat(answer.body()).doesNotContain("<script>");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nX-Split: yes", "a\0b", "a\u00e9b"})
  void noCookieOfARequestBecomesAHeaderOrAFault(String value) {
    Answer answer =
        send(
            "GET " + SignInPaths.AUTHORIZE + "?" + form(pairs(client.request(FORGEJO))),
            List.of("Cookie: __Host-mcp-browser=" + value + "; __Host-mcp-flow-" + value + "=x"),
            "");

    assertThat(answer.status()).isIn(200, 400);
    assertThat(answer.all("X-Split")).isEmpty();
    assertThat(answer.all("Set-Cookie")).allSatisfy(it -> assertThat(it).doesNotContain(value));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /oauth/token, POST",
    "GET, /oauth/revoke, POST",
    "GET, /oauth/register, POST",
    "HEAD, /oauth/token, POST",
    "PUT, /oauth/token, POST",
    "POST, /oauth/callback, GET",
    "DELETE, /oauth/authorize, 'GET, POST'",
    "PUT, /account, 'GET, POST'",
    "PATCH, /account, 'GET, POST'",
    "TRACE, /account, 'GET, POST'",
    "POST, /oauth/jwks, 'GET, HEAD'",
    "POST, /.well-known/oauth-authorization-server, 'GET, HEAD'"
  })
  void onlyTheRightMethodIsTaken(String method, String path, String allowed) {
    Answer answer =
        send(method + " " + path + "?state=x&code=y&grant_type=authorization_code", List.of(), "");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.all("Allow")).containsExactly(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/oauth/token, application/json",
    "/oauth/token, text/plain",
    "/oauth/token, multipart/form-data; boundary=x",
    "/oauth/token, application/x-www-form-urlencodedx",
    "/oauth/revoke, application/json",
    "/oauth/register, application/x-www-form-urlencoded",
    "/oauth/register, text/plain",
    "/oauth/authorize, text/plain",
    "/account, text/plain"
  })
  void onlyTheRightContentTypeIsTaken(String path, String type) {
    String form = form(pairs(client.exchange("x", FORGEJO)));

    Answer answer = send("POST " + path + "?" + form, List.of("Content-Type: " + type), form);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("invalid_grant");
  }

  @Test
  void parametersOfTheUrlAreNoneOfTheForm() {
    Answer answer =
        send(
            "POST " + SignInPaths.TOKEN + "?" + form(pairs(client.exchange("x", FORGEJO))),
            List.of(FORM),
            "x=y");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid_request");
    assertThat(send("POST " + SignInPaths.TOKEN, List.of(FORM, FORM), "x=y").status())
        .as("two content types")
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/account/",
        "//account",
        "/account;x",
        "/Account",
        "/%61ccount",
        "/oauth/../account",
        "/oauth/authorize/",
        "/oauth",
        "/oauth/token%00",
        "/account%2f"
      })
  void aPathThatOnlyLooksLikeThatOfAPageIsNone(String path) {
    assertThat(send("GET " + path, List.of(), "").status()).isIn(400, 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "mcp.example.evil.example", "mcp.example@evil.example"})
  void aPageOfAHostThatOnlyResolvesToTheGatewayGetsNothing(String host) {
    Answer answer =
        sent("GET /account HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(host));

    assertThat(answer.status()).isIn(400, 421);
    assertThat(answer.body()).doesNotContain("Sign in");
  }

  @Test
  void whatIsTooLongIsRefusedAndOthersAreServed() {
    String long16 = "x".repeat(17 * 1024);
    assertThat(send("GET " + SignInPaths.CALLBACK + "?code=" + long16, List.of(), "").status())
        .isIn(414, 431);
    assertThat(
            send("GET " + SignInPaths.ACCOUNT, List.of("Cookie: __Host-a=" + long16), "").status())
        .isEqualTo(431);
    for (String path : List.of(SignInPaths.TOKEN, SignInPaths.ACCOUNT, SignInPaths.AUTHORIZE)) {
      assertThat(send("POST " + path, List.of(FORM), "x=" + "y".repeat(65 * 1024)).status())
          .as(path)
          .isEqualTo(413);
    }
    assertThat(consentPage().status()).isEqualTo(200);
  }

  @Test
  void whoSignsOutAtOneReplicaIsRefusedByTheOtherAtOnce() {
    String code = client.code(new TestBrowser(fixture.site), FORGEJO, "alices");
    JsonNode tokens =
        SiteClient.json(SiteClient.tokens(fixture.site, client.exchange(code, FORGEJO)));
    String authorization = "Authorization: Bearer " + tokens.path("access_token").asText();
    try (RunningGateway other = RunningGateway.serving(fixture.replica(), fixture.authenticator)) {
      RunningGateway first = gateway;
      gateway = other;
      // What is no JSON is judged only once the token was accepted.
      assertThat(mcp(authorization).status()).isEqualTo(400);

      gateway = first;
      assertThat(
              send(
                      "POST " + SignInPaths.REVOKE,
                      List.of(FORM),
                      form("token", tokens.path("refresh_token").asText(), "client_id", client.id))
                  .status())
          .isEqualTo(200);

      gateway = other;
      Answer refused = mcp(authorization);
      gateway = first;
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.all("WWW-Authenticate"))
          .singleElement()
          .asString()
          .contains("error=\"invalid_token\"");
    }
  }

  private Answer mcp(String authorization) {
    return send(
        "POST /team/forgejo/mcp",
        List.of(
            authorization,
            "Content-Type: application/json",
            "Accept: application/json, text/event-stream"),
        "{");
  }

  /** Each sends as much as is taken, so that a heap that kept it would be seen to grow. */
  @Test
  void thousandsOfRegistrationsAndAuthorizationsLeaveNothingBehind() throws Exception {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      flood(http, 100);
      long before = usedHeap();

      flood(http, ATTEMPTS);

      assertThat(fixture.signIns.all()).as("stored sign-ins").isEmpty();
      assertThat(fixture.grants.isEmpty()).as("no grant is stored").isTrue();
      assertThat(fixture.signIns.reads()).as("requests to the API server").isZero();
      assertThat(fixture.providers.get("team/forgejo").departures).isEmpty();
      long sent = ATTEMPTS * 16_000L;
      await("memory is free again")
          .until(() -> usedHeap() - before < Math.min(sent / 4, 24 * 1024 * 1024));
      assertThat(client.code(new TestBrowser(fixture.site), FORGEJO, "alices")).isNotEmpty();
    }
  }

  private void flood(HttpClient http, int attempts) throws IOException, InterruptedException {
    String base = "http://127.0.0.1:" + gateway.port();
    String metadata =
        new String(SiteClient.metadata("Flood"), UTF_8)
            .replaceFirst("}$", ", \"software_statement\": \"%s\"}".formatted("x".repeat(16_000)));
    for (int i = 0; i < attempts; i++) {
      HttpResponse<String> registered =
          http.send(
              HttpRequest.newBuilder(URI.create(base + SignInPaths.REGISTER))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(metadata))
                  .build(),
              BodyHandlers.ofString());
      assertThat(registered.statusCode()).isEqualTo(201);
      Map<String, String> request = new SiteClient(idOf(registered.body())).request(FORGEJO);
      HttpResponse<String> page =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          base
                              + SignInPaths.AUTHORIZE
                              + "?"
                              + form(pairs(SiteClient.with(request, "state", "s".repeat(1024))))))
                  .build(),
              BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
    }
  }

  private static String idOf(String registered) {
    return SiteClient.json(SiteAnswer.of(201, "application/json", registered))
        .path("client_id")
        .asText();
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
