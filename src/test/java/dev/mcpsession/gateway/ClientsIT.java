package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.clients.JavaClient;
import dev.mcpsession.clients.NodeClients;
import dev.mcpsession.clients.PythonClients;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.external.NeedsProgram;
import dev.mcpsession.replicas.OneUserGateway;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that people use go through two replicas of the gateway to a real Pod. */
@ClusterTest
class ClientsIT {
  private static final String TEMPLATE = "everything";

  private static OneUserGateway gateway;
  private static URI server;

  @BeforeAll
  static void start(Cluster cluster) throws IOException {
    gateway = OneUserGateway.start(cluster, cluster.namespace(), 2);
    gateway.offerFixture(TEMPLATE);
    server = gateway.endpoint(TEMPLATE);
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
  }

  @Test
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void theTypeScriptSdkOfTheLegacyEra() {
    JsonNode saw = NodeClients.installed().run("sdk-v1.mjs", server);

    seesWhatAClientSees(saw);
    assertThat(saw.path("protocol").asText()).isEqualTo("2025-11-25");
    assertThat(saw.path("session").asBoolean()).isTrue();
    assertThat(saw.path("logged"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "Tool execution started", "Tool processing data", "Tool execution completed");
    assertThat(saw.path("reconnected").asText()).isEqualTo("answered after the reconnection");
    assertThat(saw.path("listChanged").asBoolean()).isTrue();
    assertThat(saw.path("afterEnd").asText()).isEqualTo("refused");
  }

  @ParameterizedTest
  @CsvSource({"auto, modern, 2026-07-28, false", "legacy, legacy, 2025-11-25, true"})
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void theTypeScriptClientOfBothEras(String mode, String era, String protocol, boolean session) {
    JsonNode saw = NodeClients.installed().run("client-v2.mjs", server, mode);

    seesWhatAClientSees(saw);
    assertThat(saw.path("era").asText()).isEqualTo(era);
    assertThat(saw.path("protocol").asText()).isEqualTo(protocol);
    assertThat(saw.path("session").asBoolean()).isEqualTo(session);
    assertThat(saw.path("region").asText()).isEqualTo("Zürich");
    assertThat(saw.path("listChanged").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"auto, 2026-07-28", "legacy, 2025-11-25"})
  @NeedsProgram(value = "python3", debianPackage = "python3-venv")
  void thePythonSdkOfBothEras(String mode, String protocol) {
    JsonNode saw = PythonClients.installed().run("python-client.py", server, mode);

    seesWhatAClientSees(saw);
    assertThat(saw.path("protocol").asText()).isEqualTo(protocol);
  }

  @Test
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void theInspectorsCommandLine() {
    NodeClients clients = NodeClients.installed();

    assertThat(clients.inspect(server, "--method", "tools/list").path("tools"))
        .hasSizeGreaterThan(30);
    assertThat(
            clients
                .inspect(
                    server,
                    "--method",
                    "tools/call",
                    "--tool-name",
                    "count",
                    "--tool-arg",
                    "key=inspector")
                .at("/structuredContent/count")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void theJavaSdk() {
    try (JavaClient client = new JavaClient(server)) {
      assertThat(client.initialize()).isEqualTo("mcp-session-fixture");
      assertThat(client.tools()).isGreaterThan(30);
      assertThat(client.call("test_tool_with_progress", Map.of())).isEqualTo("made progress");
      await().untilAsserted(() -> assertThat(client.progress()).containsExactly(0.0, 50.0, 100.0));
      assertThat(client.call("test_elicitation", Map.of("message", "a@example.com")))
          .startsWith("User response: action=accept")
          .contains("a@example.com");
      client.call("emit", Map.of("events", 1));
      await().until(() -> client.toolChanges() > 0);
    }
  }

  /** What every script reports. */
  private static void seesWhatAClientSees(JsonNode saw) {
    assertThat(saw.path("tools").asInt()).isGreaterThan(30);
    assertThat(saw.path("simple").asText())
        .isEqualTo("This is a simple text response for testing.");
    assertThat(saw.path("progress")).extracting(JsonNode::asInt).containsExactly(0, 50, 100);
    assertThat(saw.path("elicited").asText())
        .startsWith("User response: action=accept")
        .contains("a@example.com");
    assertThat(saw.path("sampled").asText()).isEqualTo("LLM response: HELLO");
    assertThat(saw.path("counted").asInt()).as("calls that took effect").isEqualTo(1);
  }
}
