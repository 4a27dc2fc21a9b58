package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Demand;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What does not get as far as a session. */
class AdmissionTest {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
  private static final Limits LIMITS =
      new Limits(
          16 * 1024,
          64 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          6,
          2,
          1,
          Duration.ofSeconds(2),
          100,
          64 * 1024,
          64 * 1024);

  private static final Limits IMPATIENT =
      new Limits(
          16 * 1024,
          64 * 1024,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          6,
          2,
          1,
          Duration.ofSeconds(2),
          100,
          64 * 1024,
          64 * 1024);

  private static McpBackend backend;
  private RunningGateway gateway;

  @BeforeAll
  static void startBackend() {
    backend = McpBackend.start();
  }

  @AfterAll
  static void stopBackend() {
    backend.close();
  }

  @BeforeEach
  void start() {
    gateway = new RunningGateway(LIMITS).serve(backend.endpoint());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void beImpatient() {
    gateway.close();
    gateway = new RunningGateway(IMPATIENT).serve(backend.endpoint());
  }

  private static String post(String path, String headers) {
    return "POST "
        + path
        + " HTTP/1.1\r\n"
        + headers
        + "Content-Length: "
        + PING.length()
        + "\r\n\r\n"
        + PING;
  }

  static Stream<Arguments> refused() {
    String host = "Host: localhost\r\n";
    String token = "Authorization: Bearer alice\r\n";
    return Stream.of(
        Arguments.of("no token", post("/team/forgejo/mcp", host), 401, "WWW-Authenticate: Bearer"),
        Arguments.of(
            "no token, unknown template", post("/team/other/mcp", host), 401, "WWW-Authenticate"),
        Arguments.of(
            "a bad token",
            post("/team/forgejo/mcp", host + "Authorization: Bearer bad\r\n"),
            401,
            "error=\"invalid_token\""),
        Arguments.of("two tokens", post("/team/forgejo/mcp", host + token + token), 401, "Bearer "),
        Arguments.of("unknown template", post("/team/other/mcp", host + token), 404, "-32000"),
        Arguments.of("another path", post("/", host + token), 404, "-32000"),
        Arguments.of("an encoded path", post("/team/forg%65jo/mcp", host + token), 404, "-32000"),
        Arguments.of(
            "another host", post("/team/forgejo/mcp", "Host: evil.example\r\n" + token), 421, ""),
        Arguments.of(
            "another host, no token", post("/team/forgejo/mcp", "Host: evil.example\r\n"), 421, ""),
        Arguments.of(
            "a page of another origin",
            post("/team/forgejo/mcp", host + token + "Origin: https://evil.example\r\n"),
            403,
            ""),
        Arguments.of(
            "another method",
            "PUT /team/forgejo/mcp HTTP/1.1\r\n" + host + token + "\r\n",
            405,
            "Allow: GET, POST, DELETE, OPTIONS"),
        Arguments.of(
            "a modern GET",
            "GET /team/forgejo/mcp HTTP/1.1\r\n"
                + host
                + token
                + "MCP-Protocol-Version: 2026-07-28\r\n\r\n",
            405,
            "Allow: POST"),
        Arguments.of(
            "a modern DELETE",
            "DELETE /team/forgejo/mcp HTTP/1.1\r\n"
                + host
                + token
                + "MCP-Protocol-Version: 2026-07-28\r\nMcp-Session-Id: x\r\n\r\n",
            405,
            "Allow: POST"),
        Arguments.of(
            "an id that is not known",
            post("/team/forgejo/mcp", host + token + "Mcp-Session-Id: forged\r\n"),
            404,
            "\"id\":7"),
        Arguments.of(
            "headers of 64 KB",
            post("/team/forgejo/mcp", host + token + "X: " + "x".repeat(65536) + "\r\n"),
            431,
            ""),
        Arguments.of(
            "a request line of 64 KB", post("/" + "x".repeat(65536), host + token), 431, ""),
        Arguments.of("no HTTP", "hello\r\n\r\n", 400, ""),
        Arguments.of(
            "a body of 1 GB",
            "POST /team/forgejo/mcp HTTP/1.1\r\n"
                + host
                + token
                + "Content-Length: 1000000000\r\n\r\n{",
            413,
            "Connection: close"),
        Arguments.of(
            "a body whose length nobody can hold",
            "POST /team/forgejo/mcp HTTP/1.1\r\n"
                + host
                + token
                + "Content-Length: 99999999999999999\r\n\r\n{",
            413,
            ""),
        Arguments.of(
            "a chunked body that is too long",
            "POST /team/forgejo/mcp HTTP/1.1\r\n"
                + host
                + token
                + "Transfer-Encoding: chunked\r\n\r\n"
                + ("4000\r\n" + "x".repeat(0x4000) + "\r\n").repeat(5),
            413,
            ""),
        Arguments.of(
            "a body that is no JSON",
            "POST /team/forgejo/mcp HTTP/1.1\r\n" + host + token + "Content-Length: 3\r\n\r\n{]}",
            400,
            "-32700"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("refused")
  void aRequestIsRefused(String what, String request, int status, String words) {
    int seen = backend.seen().size();
    try (RawClient client = gateway.connect()) {
      String answer = client.send(request).readUntil("}}");

      assertThat(answer)
          .containsPattern("^HTTP/1\\.[01] " + status)
          .containsIgnoringCase(words)
          .contains("\"error\"");
    }
    assertThat(gateway.sessions.demands).hasValue(0);
    assertThat(backend.seen()).hasSize(seen);
    await().untilAsserted(() -> assertThat(gateway.records.requests).hasSize(1));
    assertThat(gateway.records.last().status()).isEqualTo(status);
  }

  @Test
  void aUserWhoMayNotUseTheTemplateIsToldThatThereIsNone() {
    gateway.sessions.template(RunningGateway.RESOURCE, RunningGateway.template(false));
    try (RawClient client = gateway.connect();
        RawClient other = gateway.connect()) {
      String known = client.post("alice", "", PING).readUntil("}}");
      gateway.sessions.template(RunningGateway.RESOURCE, null);

      assertThat(known)
          .startsWith("HTTP/1.1 404")
          .isEqualTo(other.post("alice", "", PING).readUntil("}}"));
    }
  }

  @Test
  void aHeadThatDoesNotComeInTimeIsAnsweredWith408() {
    beImpatient();
    try (RawClient silent = gateway.connect();
        RawClient slow = gateway.connect()) {
      slow.send("POST /team/forgejo/mcp HTTP/1.1\r\nHost: loc");

      assertThat(silent.readAll()).startsWith("HTTP/1.1 408");
      assertThat(slow.readAll()).startsWith("HTTP/1.1 408");
    }
    assertThat(gateway.records.rejections).containsOnly(Rejection.SLOW);
  }

  @Test
  void theHeadOfASecondRequestMustComeInTimeAsWell() {
    beImpatient();
    try (RawClient client = gateway.connect()) {
      assertThat(client.post("alice", "", PING).readUntil("}")).startsWith("HTTP/1.1 ");

      assertThat(client.send("POST /team").readAll()).contains("HTTP/1.1 408");
    }
  }

  @Test
  void aBodyThatStopsComingIsAnsweredWith408() {
    beImpatient();
    try (RawClient client = gateway.connect()) {
      client.send(
          "POST /team/forgejo/mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
              + "Content-Length: 100\r\n\r\n{");

      assertThat(client.readAll()).startsWith("HTTP/1.1 408").contains("\"error\"");
    }
    assertThat(gateway.records.last().outcome()).isEqualTo(Outcome.CLIENT_ERROR);
  }

  @Test
  void aClientThatAsksFirstIsToldToGoOn() {
    try (RawClient client = gateway.connect()) {
      client.send(
          """
          POST /team/forgejo/mcp HTTP/1.1\r
          Host: localhost\r
          Authorization: Bearer alice\r
          Expect: 100-continue\r
          Content-Length: 3\r
          \r
          """);

      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
      assertThat(client.send("{]}").readUntil("}}")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosed() {
    RawClient[] clients = new RawClient[6];
    for (int i = 0; i < 6; i++) {
      clients[i] = gateway.connect();
      clients[i].post("alice", "", "{]}").readUntil("}}");
    }
    try (RawClient seventh = gateway.connect()) {
      assertThat(seventh.isClosed()).isTrue();
    }
    clients[0].close();
    await()
        .untilAsserted(
            () -> {
              try (RawClient another = gateway.connect()) {
                assertThat(another.post("alice", "", "{]}").readUntil("}}"))
                    .startsWith("HTTP/1.1 400");
              }
            });
    for (RawClient client : clients) {
      client.close();
    }
    assertThat(gateway.records.rejections).contains(Rejection.CONNECTIONS);
  }

  @Test
  void aUserHasSoManyRequestsAtATimeAndOthersHaveTheirOwn() {
    gateway.sessions.answer(null);
    try (RawClient first = gateway.connect();
        RawClient second = gateway.connect();
        RawClient third = gateway.connect();
        RawClient other = gateway.connect()) {
      first.post("alice", "", PING);
      second.post("alice", "", PING);
      await().untilAsserted(() -> assertThat(gateway.sessions.demands).hasValue(2));

      assertThat(third.post("alice", "", PING).readUntil("}}"))
          .startsWith("HTTP/1.1 429")
          .contains("Retry-After: 1");
      other.post("bob", "", PING);
      await().untilAsserted(() -> assertThat(gateway.sessions.demands).hasValue(3));
      gateway.sessions.answer(new Demand.NotServed(Demand.Cause.REFUSED, "no", Optional.empty()));
      assertThat(first.readUntil("}}")).startsWith("HTTP/1.1 503");
      assertThat(first.post("alice", "", PING).readUntil("}}")).startsWith("HTTP/1.1 503");
    }
    assertThat(gateway.records.rejections).containsExactly(Rejection.REQUESTS);
  }

  @Test
  void streamsOfBothErasAreCountedApartFromRequests() {
    gateway.sessions.answer(null);
    String listen = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"subscriptions/listen\"}";
    try (RawClient stream = gateway.connect();
        RawClient second = gateway.connect();
        RawClient third = gateway.connect();
        RawClient request = gateway.connect()) {
      stream.request("GET", "alice", "");
      await().untilAsserted(() -> assertThat(gateway.sessions.demands).hasValue(1));

      assertThat(second.request("GET", "alice", "").readUntil("}}")).startsWith("HTTP/1.1 429");
      assertThat(third.post("alice", "", listen).readUntil("}}"))
          .startsWith("HTTP/1.1 429")
          .contains("\"id\":7");
      request.post("alice", "", PING);
      await().untilAsserted(() -> assertThat(gateway.sessions.demands).hasValue(2));
    }
    assertThat(gateway.records.rejections).containsOnly(Rejection.STREAMS);
  }

  @Test
  void aPreflightNeedsNoToken() {
    try (RawClient client = gateway.connect()) {
      String answer =
          client
              .send(
                  """
                  OPTIONS /team/forgejo/mcp HTTP/1.1\r
                  Host: localhost\r
                  Origin: https://inspector.example\r
                  Access-Control-Request-Method: POST\r
                  Access-Control-Request-Headers: authorization,mcp-param-x\r
                  \r
                  """)
              .readUntil("\r\n\r\n");

      assertThat(answer)
          .startsWith("HTTP/1.1 204")
          .contains("Access-Control-Allow-Origin: https://inspector.example")
          .contains("mcp-param-x");
    }
  }

  @Test
  void aPageMayReadWhyItIsRefused() {
    try (RawClient client = gateway.connect()) {
      assertThat(
              client
                  .send(
                      post(
                          "/team/forgejo/mcp",
                          "Host: localhost\r\nOrigin: https://inspector.example\r\n"))
                  .readUntil("}}"))
          .startsWith("HTTP/1.1 401")
          .contains("Access-Control-Allow-Origin: https://inspector.example")
          .contains("Access-Control-Expose-Headers: Mcp-Session-Id, WWW-Authenticate");
    }
  }

  @Test
  void theMetadataOfAResourceNeedNoToken() {
    try (RawClient client = gateway.connect()) {
      assertThat(
              client
                  .send(
                      """
                      GET /.well-known/oauth-protected-resource/team/forgejo/mcp HTTP/1.1\r
                      Host: mcp.example\r
                      \r
                      """)
                  .readUntil("}"))
          .startsWith("HTTP/1.1 200")
          .contains("\"resource\":\"https://mcp.example/team/forgejo/mcp\"");
    }
  }
}
