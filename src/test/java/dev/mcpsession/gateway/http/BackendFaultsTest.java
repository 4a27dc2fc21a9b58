package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that do what they should not. */
class BackendFaultsTest {
  private McpBackend backend;
  private RunningGateway gateway;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start("0.0.0.0", 0);
    gateway = new RunningGateway(Limits.DEFAULT).serve(backend.endpoint());
    client = new McpHttp("alice");
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    backend.close();
  }

  private Answer call(String tool, String arguments) throws Exception {
    return client.call(gateway.endpoint(), id, 1, tool, arguments);
  }

  private static String toolCall(String tool, String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + "}}";
  }

  private static URI refusing() {
    try (ServerSocket free = new ServerSocket(0)) {
      return URI.create("http://127.0.0.1:" + free.getLocalPort() + "/mcp");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRequestThatReachedNoBackendGoesToTheOneThatALiveReadFinds() throws Exception {
    gateway.serve(refusing());
    gateway.sessions.live(RunningGateway.served(backend.endpoint(), 1));

    assertThat(call("count", "{}").status()).isEqualTo(200);
    assertThat(backend.effects()).containsEntry("count", 1);
    assertThat(gateway.sessions.liveReads).hasValue(1);
  }

  @Test
  void aBackendThatTakesNoConnectionsIsGivenUpAfterSomeTries() throws Exception {
    gateway.serve(refusing());

    Answer answer = call("count", "{}");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.http().headers().firstValue("Retry-After")).contains("5");
    assertThat(answer.message()).contains("\"id\":1").contains("was not sent");
    assertThat(gateway.sessions.liveReads).hasValue(3);
  }

  @Test
  void aRequestThatMayHaveReachedABackendIsNeverSentAgain() throws Exception {
    backend.set("fault", "reset").set("faultMethod", "tools/call").set("faultTimes", "1");

    Answer answer = call("count", "{}");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.message()).contains("-32603").contains("\"id\":1");
    assertThat(gateway.sessions.liveReads).hasValue(0);
    assertThat(backend.seen().stream().filter(it -> it.method().equals("tools/call"))).hasSize(1);
  }

  @Test
  void aStreamThatBreaksOffEndsWithAnErrorForItsRequest() throws Exception {
    backend.set("answers", "sse");

    Answer answer = call("reset", "{}");

    assertThat(answer.status()).isIn(200, 502);
    assertThat(answer.message()).contains("\"id\":1").contains("-32603");
  }

  @Test
  void aTruncatedBodyIsNotTakenForAll() {
    backend.set("answers", "json").set("fault", "truncate").set("faultMethod", "tools/call");
    try (RawClient raw = gateway.connect()) {
      raw.post("alice", "Mcp-Session-Id: " + id + "\r\n", toolCall("count", "{}"));

      assertThat(raw.readAll()).doesNotContain("\r\n0\r\n\r\n");
    }
    await()
        .untilAsserted(
            () -> assertThat(gateway.records.last().outcome()).isEqualTo(Outcome.BACKEND_ERROR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "500", "202"})
  void whatIsHttpPassesWhateverItMeans(String fault) throws Exception {
    backend.set("fault", fault).set("faultMethod", "tools/call");

    assertThat(call("count", "{}").status())
        .isEqualTo(fault.equals("nonsense") ? 200 : Integer.parseInt(fault));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n\r\n",
        "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: 100000\r\n\r\n",
        ""
      })
  void whatIsNoHttpIsABadGateway(String bytes) throws Exception {
    String text = bytes.replace("100000", "x".repeat(100_000));
    try (ScriptedBackend scripted = new ScriptedBackend(text)) {
      gateway.serve(scripted.endpoint());

      assertThat(call("count", "{}").status()).isEqualTo(502);
      assertThat(scripted.requests()).isEqualTo(1);
    }
  }

  @Test
  void aModernClientThatLeavesCancelsItsRequest() {
    try (RawClient raw = gateway.connect()) {
      raw.post(
          "alice",
          "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: hang\r\n",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"hang\","
              + "\"arguments\":{},\"_meta\":{"
              + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
              + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
              + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}");
      await()
          .untilAsserted(
              () -> assertThat(backend.seen().getLast().method()).isEqualTo("tools/call"));
      await().untilAsserted(() -> assertThat(gateway.activity.present).hasValue(1));
    }
    await().untilAsserted(() -> assertThat(backend.report().getInteger("cancelled")).isEqualTo(1));
    assertThat(gateway.activity.present).hasValue(0);
    assertThat(gateway.records.last().outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void aLegacyClientThatLeavesCancelsNothing() throws Exception {
    try (RawClient raw = gateway.connect()) {
      raw.post("alice", "Mcp-Session-Id: " + id + "\r\n", toolCall("sleep", "{\"millis\":1000}"));
      await()
          .untilAsserted(
              () -> assertThat(backend.seen().getLast().method()).isEqualTo("tools/call"));
    }
    await()
        .untilAsserted(
            () -> assertThat(gateway.records.last().outcome()).isEqualTo(Outcome.CANCELLED));
    assertThat(call("sleep", "{\"millis\":1200}").status()).isEqualTo(200);
    assertThat(backend.report().getInteger("cancelled")).isZero();
  }

  @Test
  void aSessionThatTheBackendHasForgottenIsBegunAgainOnce() throws Exception {
    backend.forgetSessions();

    assertThat(call("count", "{}").status()).isEqualTo(200);
    assertThat(gateway.connections.rebinds).hasValue(1);
    assertThat(gateway.records.rebinds).containsExactly("moved");
    assertThat(backend.effects()).containsEntry("count", 1);
  }

  @Test
  void aBackendThatKnowsNoSessionAtAllIsBelievedTheThirdTime() throws Exception {
    backend.set("fault", "404").set("faultMethod", "tools/call");

    assertThat(call("count", "{}").status()).isEqualTo(404);
    assertThat(gateway.connections.rebinds).hasValue(2);
    assertThat(backend.seen().stream().filter(it -> it.method().equals("tools/call"))).hasSize(3);
  }

  @Test
  void aSlowReaderHoldsBackItsBackendAndNotTheMemoryOfTheGateway() throws Exception {
    try (FloodingBackend flooding = new FloodingBackend()) {
      gateway.serve(flooding.endpoint());
      try (RawClient slow = gateway.connect()) {
        slow.post("alice", "MCP-Protocol-Version: 2026-07-28\r\n", toolCall("flood", "{}"));
        slow.readUntil("data: ");

        // What the kernel holds for both connections is a few MB; the flood has no end.
        AtomicLong before = new AtomicLong(-1);
        await()
            .pollInterval(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(20))
            .until(() -> before.getAndSet(flooding.written()) == flooding.written());
        assertThat(flooding.written()).isBetween(1000L, 40_000_000L);

        gateway.serve(backend.endpoint());
        assertThat(call("count", "{}").status()).isEqualTo(200);
        assertThat(flooding.open()).isEqualTo(1);
      }
      await().untilAsserted(() -> assertThat(flooding.open()).isZero());
    }
    assertThat(gateway.activity.present).hasValue(0);
  }
}
