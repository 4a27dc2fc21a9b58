package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.Replica.binding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the backends are that a connection is and was bound to. */
class ConnectionEndpointTest {
  private static Connection read(String status) {
    McpConnection object =
        Serialization.unmarshal(
            """
            metadata: {namespace: team, name: c-1, uid: uid-1, resourceVersion: "1"}
            spec:
              sessionName: forgejo-1
              sessionUid: session-1
              templateName: forgejo
              owner: abc
              protocolVersion: "2025-11-25"
              initialize: {}
            status: %s
            """
                .formatted(status),
            McpConnection.class);
    return ConnectionObjects.read(object).orElseThrow();
  }

  private static Backend serving(int revision) {
    return new Backend(
        read("{revision: 1}").session(),
        revision,
        URI.create("http://10.0.0.9:8000/mcp"),
        Instant.EPOCH,
        Duration.ZERO,
        Duration.ZERO);
  }

  @Test
  void bothAreRead() {
    Connection read =
        read(
            """
            {revision: 2, backendSessionId: b, endpoint: 'http://10.0.0.2:8000/mcp',
             previous: {revision: 1, backendSessionId: a, endpoint: 'http://10.0.0.1:8000/mcp'}}
            """
                .strip());
    assertThat(read.binding()).isEqualTo(binding(2, "b"));
    assertThat(read.previous()).contains(binding(1, "a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{revision: 2, previous: {revision: 1}}",
        "{revision: 2, endpoint: '', previous: {revision: 1, endpoint: ''}}",
        "{revision: 2, endpoint: 'https://a:1/mcp', previous: {revision: 1, endpoint: 'file:/a'}}",
        "{revision: 2, endpoint: 'http:///mcp', previous: {revision: 1, endpoint: '10.0.0.1:80'}}",
        "{revision: 2, endpoint: 'http://a b/', previous: {revision: 1, endpoint: 'http://a:b/'}}"
      })
  void whatIsNoHttpUrlIsNotKnown(String status) {
    Connection read = read(status);
    assertThat(read.binding().endpoint()).isEmpty();
    assertThat(read.previous().orElseThrow().endpoint()).isEmpty();
  }

  @ParameterizedTest(name = "bound to {0}, {1} serves")
  @CsvSource({"3, 3, true", "2, 3, false"})
  void aBindingThatDoesNotSayItKnowsThatOfTheBackendThatServes(
      int bound, int serving, boolean known) {
    Backend backend = serving(serving);
    assertThat(new Binding(bound, Optional.empty(), Optional.empty()).endpoint(backend))
        .isEqualTo(known ? Optional.of(backend.endpoint()) : Optional.empty());
    assertThat(binding(bound, null).endpoint(backend)).isEqualTo(binding(bound, null).endpoint());
  }

  @Test
  void aNewConnectionSaysIt() {
    McpConnection made =
        ConnectionObjects.create(
            "c-1",
            Replica.FORGEJO,
            read("{revision: 1}").session(),
            "abc",
            "2025-11-25",
            "",
            Replica.initialize(),
            binding(7, "b"));
    assertThat(made.getStatus().endpoint()).isEqualTo("http://10.0.0.7:8000/mcp");
  }

  @Test
  void boundAnewItTestsWhatItReplacesAndKeepsWhereThePreviousOneIs() {
    Connection seen =
        read("{revision: 1, backendSessionId: a, endpoint: 'http://10.0.0.1:8000/mcp'}");
    assertThat(ConnectionObjects.rebind(seen, binding(2, null)))
        .isEqualTo(
            """
            [{"op":"test","path":"/metadata/uid","value":"uid-1"},\
            {"op":"test","path":"/status/revision","value":1},\
            {"op":"test","path":"/status/backendSessionId","value":"a"},\
            {"op":"replace","path":"/status/revision","value":2},\
            {"op":"remove","path":"/status/backendSessionId"},\
            {"op":"add","path":"/status/endpoint","value":"http://10.0.0.2:8000/mcp"},\
            {"op":"add","path":"/status/previous","value":{"revision":1,"backendSessionId":"a",\
            "endpoint":"http://10.0.0.1:8000/mcp"}}]\
            """);
  }

  @Test
  void theNextSessionOfTheSameBackendIsCounted() {
    Connection first = read("{revision: 1, backendSessionId: a}");
    Connection second = read("{revision: 1, epoch: 1, backendSessionId: b}");

    assertThat(second.binding().session()).isEqualTo(new Incarnation(1, 1));
    assertThat(ConnectionObjects.rebind(first, next(first, 1)))
        .contains("{\"op\":\"add\",\"path\":\"/status/epoch\",\"value\":1}")
        .doesNotContain("previous");
    assertThat(ConnectionObjects.rebind(second, next(second, 1)))
        .contains("{\"op\":\"add\",\"path\":\"/status/epoch\",\"value\":2}");
    assertThat(ConnectionObjects.rebind(second, next(second, 2)))
        .contains("{\"op\":\"remove\",\"path\":\"/status/epoch\"}")
        .contains("\"value\":{\"revision\":1,\"epoch\":1,\"backendSessionId\":\"b\"}");
  }

  private static Binding next(Connection seen, int revision) {
    Backend backend =
        new Backend(
            seen.session(),
            revision,
            URI.create("http://10.0.0.1:8000/mcp"),
            Instant.EPOCH,
            Duration.ZERO,
            Duration.ZERO);
    return seen.binding().next(backend, Optional.of("c"));
  }

  @Test
  void anEndpointThatIsNotKnownAnyMoreIsRemoved() {
    Connection seen = read("{revision: 1, endpoint: 'http://10.0.0.1:8000/mcp'}");
    assertThat(ConnectionObjects.rebind(seen, new Binding(1, Optional.of("b"), Optional.empty())))
        .contains("{\"op\":\"remove\",\"path\":\"/status/endpoint\"}")
        .doesNotContain("previous");
  }
}
