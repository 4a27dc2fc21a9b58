package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.replicas.McpHttp;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that come before their session serves. */
class WaitingTest {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"initialize\",\"params\":{"
          + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
          + "\"clientInfo\":{\"name\":\"slow\",\"version\":\"1\"}}}";
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
  private static final Pace FAST =
      new Pace(
          Duration.ofSeconds(25),
          Duration.ofMillis(200),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1));

  private McpBackend backend;
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    backend = McpBackend.start();
    gateway = new RunningGateway(Limits.DEFAULT, FAST);
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  private void served() {
    gateway.sessions.answer(RunningGateway.served(backend.endpoint(), 1));
  }

  private void notServed(Cause cause, String words) {
    gateway.sessions.answer(new Demand.NotServed(cause, words, Optional.of(Duration.ofSeconds(4))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "sse"})
  void anInitializeThatTakesLongHasItsHeadAndIdBeforeItsAnswer(String answers) {
    backend.set("answers", answers);
    try (RawClient client = gateway.connect();
        McpHttp other = new McpHttp("alice")) {
      String head = client.post("alice", "", INITIALIZE).readUntil(":\n\n");
      assertThat(head)
          .startsWith("HTTP/1.1 200 OK")
          .contains("Mcp-Session-Id: id-1-alice")
          .containsIgnoringCase("content-type: text/event-stream")
          .contains("X-Accel-Buffering: no");
      assertThat(client.readUntil(":\n\n")).endsWith(":\n\n");
      assertThat(call(other, "id-1-alice")).isEqualTo(404);

      served();

      assertThat(client.readUntil("\r\n0\r\n\r\n"))
          .contains("data: {")
          .contains("\"protocolVersion\":\"2025-11-25\"")
          .contains("\"id\":\"i\"");
      assertThat(call(other, "id-1-alice")).isEqualTo(200);
    }
    assertThat(gateway.sessions.patiences.getFirst()).isEqualTo(Duration.ofSeconds(40));
    assertThat(gateway.records.waits).containsExactly("served");
  }

  private int call(McpHttp client, String id) {
    try {
      return client.post(gateway.endpoint(), id, PING).status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aStartThatFailsAfterTheHeadIsAnErrorInTheStream() {
    try (RawClient client = gateway.connect()) {
      client.post("alice", "", INITIALIZE).readUntil(":\n\n");

      notServed(Cause.FAILED, "image cannot be pulled");

      assertThat(client.readUntil("\r\n0\r\n\r\n"))
          .contains("event: message\ndata: {")
          .contains("\"id\":\"i\"")
          .contains("-32603")
          .contains("image cannot be pulled");
    }
    assertThat(gateway.connections.byId).isEmpty();
    await()
        .untilAsserted(
            () -> assertThat(gateway.records.last().outcome()).isEqualTo(Outcome.UNAVAILABLE));
  }

  @Test
  void aStartThatFailsBeforeTheHeadIsA503WithTheWords() {
    notServed(Cause.FAILED, "image cannot be pulled");
    try (RawClient client = gateway.connect()) {
      assertThat(client.post("alice", "", INITIALIZE).readUntil("}}"))
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 4")
          .contains("\"id\":\"i\"")
          .contains("image cannot be pulled")
          .doesNotContain("Mcp-Session-Id");
    }
  }

  @Test
  void whoseGrantWasRejectedSignsInAgain() {
    notServed(Cause.GRANT_REJECTED, "sign in again");
    try (RawClient client = gateway.connect()) {
      assertThat(client.post("alice", "", INITIALIZE).readUntil("}}"))
          .startsWith("HTTP/1.1 401")
          .contains("WWW-Authenticate: Bearer ");
    }
  }

  @Test
  void aBoundRequestIsBridgedAsWell() throws Exception {
    served();
    try (RawClient client = gateway.connect();
        McpHttp http = new McpHttp("alice")) {
      String id = http.initialize(gateway.endpoint()).sessionId().orElseThrow();
      gateway.sessions.answer(null);
      client.post("alice", "Mcp-Session-Id: " + id + "\r\n", PING);

      assertThat(client.readUntil(":\n\n")).startsWith("HTTP/1.1 200 OK");
      served();
      assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("data: {").contains("\"id\":7");
    }
  }

  @Test
  void theWaitForAnotherBackendIsBridgedAsWell() throws Exception {
    served();
    try (RawClient client = gateway.connect();
        McpHttp http = new McpHttp("alice")) {
      String id = http.initialize(gateway.endpoint()).sessionId().orElseThrow();
      gateway.sessions.answer(RunningGateway.served(backend.endpoint("127.0.0.9"), 1));
      gateway.sessions.waitAfterFailure = true;
      client.post("alice", "Mcp-Session-Id: " + id + "\r\n", PING);

      assertThat(client.readUntil(":\n\n")).startsWith("HTTP/1.1 200 OK");
      served();
      assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("\"id\":7");
    }
  }

  @Test
  void aStatusThatComesAfterTheHeadIsAnError() throws Exception {
    served();
    try (RawClient client = gateway.connect();
        McpHttp http = new McpHttp("alice")) {
      String id = http.initialize(gateway.endpoint()).sessionId().orElseThrow();
      gateway.sessions.answer(null);
      backend.set("fault", "500").set("faultMethod", "ping");
      client.post("alice", "Mcp-Session-Id: " + id + "\r\n", PING).readUntil(":\n\n");
      served();

      assertThat(client.readUntil("\r\n0\r\n\r\n"))
          .contains("\"id\":7")
          .contains("HTTP status 500");
    }
  }

  @Test
  void aModernRequestWaitsInSilence() {
    try (RawClient client = gateway.connect()) {
      client.post("alice", "MCP-Protocol-Version: 2026-07-28\r\n", PING);
      await().untilAsserted(() -> assertThat(gateway.sessions.patiences).hasSize(1));
      assertThat(gateway.sessions.patiences.getFirst()).isEqualTo(Duration.ofSeconds(25));
      await().during(Duration.ofMillis(600)).until(() -> gateway.records.requests.isEmpty());

      notServed(Cause.STARTING, "still starting");

      assertThat(client.readUntil("}}"))
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 4")
          .contains("still starting");
    }
  }

  @Test
  void nothingIsMadeForAClientThatHasLeft() {
    try (RawClient client = gateway.connect()) {
      client.post("alice", "", INITIALIZE);
      await().untilAsserted(() -> assertThat(gateway.sessions.demands).hasValue(1));
    }
    await().untilAsserted(() -> assertThat(gateway.records.requests).hasSize(1));
    served();

    await().during(Duration.ofMillis(300)).until(() -> backend.seen().isEmpty());
    assertThat(gateway.records.last().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(gateway.records.last().status()).isZero();
    assertThat(gateway.connections.byId).isEmpty();
  }

  @Test
  void anIdThatIsNotStoredIsNotGivenAndItsBackendSessionEnds() {
    served();
    gateway.connections.creation = new Creation.TooMany();
    try (RawClient client = gateway.connect()) {
      assertThat(client.post("alice", "", INITIALIZE).readUntil("}}"))
          .startsWith("HTTP/1.1 429")
          .contains("Retry-After")
          .doesNotContain("Mcp-Session-Id:");
      gateway.connections.creation = new Creation.Failed("away", true);
      assertThat(client.post("alice", "", INITIALIZE).readUntil("}}")).startsWith("HTTP/1.1 503");
      gateway.connections.creation = new Creation.Refused("too long");
      assertThat(client.post("alice", "", INITIALIZE).readUntil("}}"))
          .startsWith("HTTP/1.1 400")
          .contains("too long");
    }
    await().untilAsserted(() -> assertThat(backend.report().getInteger("sessions")).isZero());
    assertThat(gateway.records.rejections).containsExactly(Rejection.SESSION_IDS);
  }
}
