package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayServerTest {
  private static final String MODERN_META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

  private McpBackend backend;
  private RunningGateway gateway;
  private McpHttp client;

  @BeforeEach
  void start() {
    backend = McpBackend.start("0.0.0.0", 0);
    gateway = new RunningGateway(Limits.DEFAULT).serve(backend.endpoint());
    client = new McpHttp("alice");
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    backend.close();
  }

  private URI at() {
    return gateway.endpoint();
  }

  @Test
  void aLegacyClientInitializesAndCallsATool() throws Exception {
    Answer initialized = client.initialize(at());

    assertThat(initialized.status()).isEqualTo(200);
    String id = initialized.sessionId().orElseThrow();
    assertThat(id).startsWith("id-1-");
    assertThat(client.call(at(), id, 1, "test_simple_text", "{}").message())
        .contains("simple text");
    assertThat(gateway.connections.byId).containsOnlyKeys(id);
    await().untilAsserted(() -> assertThat(gateway.activity.present).hasValue(0));
    RequestRecord record = gateway.records.last();
    assertThat(record.era()).isEqualTo(Era.LEGACY);
    assertThat(record.method()).contains("tools/call");
    assertThat(record.tool()).contains("test_simple_text");
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.bytesOut()).isPositive();
    assertThat(record.traceId()).matches("[0-9a-f]{32}");
  }

  private String modern(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":\"m\",\"method\":\""
        + method
        + "\",\"params\":{"
        + params
        + MODERN_META
        + "}}";
  }

  private static String modernHeaders(String method, String name) {
    return "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: "
        + method
        + "\r\n"
        + (name.isEmpty() ? "" : "Mcp-Name: " + name + "\r\n");
  }

  @Test
  void aModernClientCallsATool() {
    try (RawClient raw = gateway.connect()) {
      String answer =
          raw.post(
                  "alice",
                  modernHeaders("tools/call", "test_simple_text"),
                  modern("tools/call", "\"name\":\"test_simple_text\",\"arguments\":{},"))
              .readUntil("}]");

      assertThat(answer).startsWith("HTTP/1.1 200").contains("simple text");
    }
    await().untilAsserted(() -> assertThat(gateway.records.requests).hasSize(1));
    assertThat(gateway.records.last().era()).isEqualTo(Era.MODERN);
    assertThat(gateway.records.last().tool()).contains("test_simple_text");
    assertThat(gateway.connections.byId).isEmpty();
  }

  @Test
  void aProbeForTheModernEraPasses() {
    try (RawClient raw = gateway.connect()) {
      assertThat(
              raw.post("alice", modernHeaders("server/discover", ""), modern("server/discover", ""))
                  .readUntil("supportedVersions"))
          .startsWith("HTTP/1.1 200")
          .endsWith("supportedVersions");
    }
  }

  @Test
  void aBackendIsToldWhoAskedButGetsNoCredentials() throws Exception {
    String id = client.initialize(at()).sessionId().orElseThrow();
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
            + "\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";
    try (RawClient raw = gateway.connect()) {
      raw.post(
              "alice",
              "Mcp-Session-Id: "
                  + id
                  + "\r\nCookie: a=b\r\nX-Forwarded-For: 192.0.2.7\r\nForwarded: for=x\r\n"
                  + "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nX-Other: 2\r\n"
                  + "Proxy-Authorization: x\r\n"
                  + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                  + "tracestate: v=1\r\n",
              call)
          .readUntil("structuredContent");
    }

    var headers = backend.seen().getLast().headers();
    assertThat(headers)
        .doesNotContainKeys("authorization", "cookie", "forwarded", "x-mine", "proxy-authorization")
        .containsEntry("x-other", "2")
        .containsEntry("x-forwarded-for", "192.0.2.7, 127.0.0.1")
        .containsEntry("x-forwarded-host", "mcp.example")
        .containsEntry("x-forwarded-proto", "https")
        .containsEntry("tracestate", "v=1")
        .containsKey("mcp-session-id");
    assertThat(headers.get("mcp-session-id")).isNotEqualTo(id);
    assertThat(headers.get("traceparent"))
        .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
        .endsWith("-01")
        .doesNotContain("b7ad6b7169203331");
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.records.last().traceId())
                    .isEqualTo("0af7651916cd43dd8448eb211c80319c"));
  }

  @Test
  void anIdIsGoodForItsUserAlone() throws Exception {
    String id = client.initialize(at()).sessionId().orElseThrow();
    try (McpHttp other = new McpHttp("mallory")) {
      assertThat(other.call(at(), id, 1, "count", "{}").status()).isEqualTo(404);
    }
    assertThat(backend.effects()).isEmpty();
  }

  @Test
  void anEndedIdIsUnknownAndSoIsItsBackendSession() throws Exception {
    String id = client.initialize(at()).sessionId().orElseThrow();

    assertThat(client.delete(at(), id).status()).isEqualTo(204);
    assertThat(client.call(at(), id, 1, "count", "{}").status()).isEqualTo(404);
    assertThat(client.delete(at(), id).status()).isEqualTo(404);
    await().untilAsserted(() -> assertThat(backend.report().getInteger("sessions")).isZero());
  }

  @Test
  void aBatchGoesToTheBackendWhichJudgesIt() throws Exception {
    String id = client.initialize(at()).sessionId().orElseThrow();

    Answer answer = client.post(at(), id, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]");

    assertThat(answer.status()).isIn(200, 400);
    assertThat(backend.seen().getLast().headers()).containsKey("mcp-session-id");
  }

  @Test
  void anInitializeWithAnOldIdGetsANewOne() throws Exception {
    String id = client.initialize(at()).sessionId().orElseThrow();

    Answer again =
        client.post(
            at(),
            id,
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");

    assertThat(again.sessionId()).isPresent().get().isNotEqualTo(id);
    assertThat(gateway.connections.byId.get(again.sessionId().get()).protocolVersion())
        .isEqualTo("2025-06-18");
  }

  @Test
  void anInitializeThatTheBackendRefusesGivesNoId() throws Exception {
    backend.set("eras", "modern");

    Answer answer = client.initialize(at());

    assertThat(answer.sessionId()).isEmpty();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(gateway.connections.byId).isEmpty();
  }

  @Test
  void aBackendThatKeepsNoSessionsIsServedToo() throws Exception {
    backend.set("sessions", "false");
    String id = client.initialize(at()).sessionId().orElseThrow();

    assertThat(client.call(at(), id, 1, "test_simple_text", "{}").status()).isEqualTo(200);
    assertThat(backend.seen().getLast().headers()).doesNotContainKey("mcp-session-id");
  }

  @Test
  void useThatComesTooLateLeadsToAnotherDemand() throws Exception {
    gateway.activity.late.set(1);

    assertThat(client.initialize(at()).status()).isEqualTo(200);
    assertThat(gateway.sessions.liveReads).hasValue(1);
  }

  @Test
  void theServerClosesOnceItsRequestsHaveEnded() throws Exception {
    String id = client.initialize(at()).sessionId().orElseThrow();
    try (RawClient stream = gateway.connect()) {
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n").readUntil("\r\n\r\n");
      var call =
          client.postAsync(
              at(),
              id,
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                  + "{\"name\":\"sleep\",\"arguments\":{\"millis\":1500}}}");
      await()
          .untilAsserted(
              () -> assertThat(backend.seen().getLast().method()).isEqualTo("tools/call"));

      var closed = gateway.server.close().toCompletableFuture();

      stream.readUntil("retry: 1000\n\n");
      assertThat(closed).isNotDone();
      assertThat(call.join().message()).contains("sleptMillis");
      assertThat(closed).isNotDone(); // what clients keep open is kept open for them
      client.close();
      stream.close();
      closed.orTimeout(3, TimeUnit.SECONDS).join();
    }
  }
}
