package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.net.URI;
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
}
