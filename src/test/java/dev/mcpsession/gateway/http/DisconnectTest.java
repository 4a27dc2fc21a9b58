package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that leave before the end of their answer (MCP 2026-07-28: that cancels the request). */
class DisconnectTest {
  private static final Duration SOON = Duration.ofSeconds(1);

  private McpBackend backend;
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    backend = McpBackend.start("0.0.0.0", 0);
    gateway = new RunningGateway(Limits.DEFAULT).serve(backend.endpoint());
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  private RawClient modern(String method, String params) {
    return gateway
        .connect()
        .post(
            "alice",
            "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: "
                + method
                + "\r\n"
                + (method.equals("tools/call") ? "Mcp-Name: sleep\r\n" : ""),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
                + method
                + "\",\"params\":{"
                + params
                + "\"_meta\":{\"progressToken\":1,"
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}");
  }

  private RawClient sleep() {
    return modern("tools/call", "\"name\":\"sleep\",\"arguments\":{\"millis\":60000},");
  }

  private void awaitCall() {
    await()
        .untilAsserted(
            () -> {
              assertThat(backend.seen()).isNotEmpty();
              assertThat(backend.seen().getLast().method()).isEqualTo("tools/call");
            });
  }

  private int cancelled() {
    return backend.report().getInteger("cancelled");
  }

  private void assertCancelledSoon() {
    await().atMost(SOON).untilAsserted(() -> assertThat(cancelled()).isEqualTo(1));
    await().untilAsserted(() -> assertThat(gateway.activity.present).hasValue(0));
  }

  @Test
  void aModernClientThatLeavesBeforeTheHeadOfItsAnswerCancelsTheWork() {
    backend.set("answers", "json");
    RawClient client = sleep();
    awaitCall();
    assertThat(cancelled()).isZero();

    client.close();

    assertCancelledSoon();
  }

  @Test
  void aModernClientThatLeavesWithinItsAnswerCancelsTheWork() {
    backend.set("answers", "sse");
    RawClient client = sleep();
    assertThat(client.readUntil("progress\"")).startsWith("HTTP/1.1 200");

    client.close();

    assertCancelledSoon();
  }

  @Test
  void aModernClientThatLeavesItsSubscriptionsEndsThem() {
    RawClient client =
        modern("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true},");
    assertThat(client.readUntil("acknowledged")).startsWith("HTTP/1.1 200");
    assertThat(backend.report().getInteger("subscriptions")).isEqualTo(1);

    client.close();

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(backend.report().getInteger("subscriptions")).isZero());
  }

  @Test
  void whatAClientHasLeftBeforeItsSessionServedIsNeverSent() {
    gateway.sessions.answer(null);
    RawClient client = sleep();
    await().until(() -> gateway.sessions.demands.get() > 0);

    client.close();
    await().untilAsserted(() -> assertThat(gateway.records.requests).hasSize(1));
    gateway.serve(backend.endpoint());
    RawClient other = sleep();
    awaitCall();

    assertThat(backend.seen()).as("that of the client that is there").hasSize(1);
    other.close();
    assertCancelledSoon();
  }

  @Test
  void whatALegacyClientHasLeftGoesOn() throws Exception {
    backend.set("answers", "json");
    try (McpHttp user = new McpHttp("alice")) {
      String id = user.initialize(gateway.endpoint()).sessionId().orElseThrow();
      RawClient client =
          gateway
              .connect()
              .post(
                  "alice",
                  "Mcp-Session-Id: " + id + "\r\n",
                  "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":"
                      + "{\"name\":\"sleep\",\"arguments\":{\"millis\":1500}}}");
      awaitCall();

      client.close();

      await().untilAsserted(() -> assertThat(gateway.activity.present).hasValue(0));
      user.call(gateway.endpoint(), id, 6, "sleep", "{\"millis\":2000}");
      assertThat(cancelled()).isZero();
    }
  }
}
