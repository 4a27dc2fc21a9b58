package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ClusterTest
class McpConnectionRulesIT {
  private static final String NAME = "c-1093c959e904ab58a6359c9da458b60681370203";

  private final StoredObjects<McpConnection> connections;

  McpConnectionRulesIT(Cluster cluster) {
    this.connections = StoredObjects.connections(cluster);
  }

  @BeforeEach
  void removeConnections() {
    connections.removeAll();
  }

  @Test
  void specAndStatusAreMadeByOneWrite() {
    McpConnection stored = connections.create(NAME);
    assertThat(stored.getStatus().revision()).isEqualTo(1);
    assertThat(stored.getSpec().initialize().toString())
        .isEqualTo("{\"capabilities\":{},\"protocolVersion\":\"2025-11-25\"}");
    assertThat(connections.patch(NAME, "status: {revision: 2}").getStatus().revision())
        .isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{sessionName: other}",
        "{sessionUid: other}",
        "{templateName: other}",
        "{protocolVersion: '2025-06-18'}",
        "{clientName: inspector}",
        "{initialize: {protocolVersion: '2025-06-18'}}",
        "{initialize: {capabilities: {roots: {listChanged: true}}}}",
        "{initialize: {added: 1}}",
        "{initialize: {capabilities: null}}"
      })
  void theSpecCannotBeChanged(String change) {
    connections.create(NAME);
    assertThatThrownBy(() -> connections.patch(NAME, "spec: " + change))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining(
            "spec cannot be changed: a client that initializes anew gets a new id");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          status: null                                  | status: Required value
          status: {revision: null}                      | status.revision: Required value
          status: {revision: 0}                         | status.revision in body should be greater than or equal to 1
          status: {revision: 99999999999}               | Checked value must be of type integer with format int32 in status.revision
          status: {backendSessionId: ''}                | status.backendSessionId in body should be at least 1 chars long
          status: {previous: {backendSessionId: a}}     | status.previous.revision: Required value
          status: {endpoint: ''}                        | status.endpoint in body should be at least 1 chars long
          status: {previous: {revision: 1, endpoint: ''}} | status.previous.endpoint in body should be at least 1 chars long
          status: {streamReplica: ''}                   | status.streamReplica in body should be at least 1 chars long
          status: {subscriptions: a}                    | status.subscriptions in body must be of type array
          status: {lastUsedTime: yesterday}             | status.lastUsedTime in body must be of type date-time
          status: {lastUsedTime: '2026-11-27T12:00:00+25:00'} | status.lastUsedTime in body
          """)
  void aStatusThatTheGatewayCouldNotReadIsRefused(String change, String message) {
    connections.create(NAME);
    assertThatThrownBy(() -> connections.patchUnread(NAME, change)).hasMessageContaining(message);
    assertThat(connections.all()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c-1093c959e904ab58a6359c9da458b6068137020",
        "c-1093c959e904ab58a6359c9da458b6068137020g",
        "x-1093c959e904ab58a6359c9da458b60681370203"
      })
  void aNameThatTheGatewayWouldNotMakeIsRefused(String name) {
    assertThatThrownBy(() -> connections.create(name))
        .hasMessageContaining("metadata.name must be c- and 40 hexadecimal digits");
  }
}
