package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import dev.mcpsession.replicas.McpStream;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What servers ask of legacy clients, and what clients cancel, while backends are replaced. */
class ServerRequestsTest {
  private static final String OLD = "127.0.0.1";
  private static final String NEW = "127.0.0.2";

  private McpBackend backend;
  private RunningGateway gateway;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start("0.0.0.0", 0);
    gateway = new RunningGateway(Limits.DEFAULT).serve(backend.endpoint(OLD), 1);
    client = new McpHttp("alice");
    id =
        client
            .post(
                gateway.endpoint(),
                null,
                """
                {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s",
                 "capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}}
                """
                    .formatted(McpHttp.PROTOCOL))
            .sessionId()
            .orElseThrow();
    client.post(gateway.endpoint(), id, notification("initialized", "{}"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
    client.close(); // waits for the ends of streams
  }

  private static String notification(String name, String params) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/%s\",\"params\":%s}"
        .formatted(name, params);
  }

  private static String call(int id, String tool, String arguments) {
    return """
    {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":%s}}
    """
        .formatted(id, tool, arguments);
  }

  /** A call whose server asks the user something, and the id of what it asked. */
  private record Asked(McpStream stream, String id) {}

  private Asked ask(int call, String backendsId) throws Exception {
    McpStream stream =
        client.stream(
            gateway.endpoint(), id, call(call, "test_elicitation", "{\"message\":\"?\"}"));
    await().until(() -> !stream.messages().isEmpty());
    JsonObject request = new JsonObject(stream.messages().getFirst());
    assertThat(request.getString("method")).isEqualTo("elicitation/create");
    assertThat(request.getValue("id")).isEqualTo(backendsId);
    return new Asked(stream, request.getString("id"));
  }

  private Answer answer(RunningGateway to, String asked, String name) throws Exception {
    return client.post(
        to.endpoint(),
        id,
        """
        {"jsonrpc":"2.0","id":"%s","result":{"action":"accept","content":{"username":"%s"}}}
        """
            .formatted(asked, name));
  }

  private static void answered(McpStream stream, String name) {
    await().until(() -> stream.messages().size() == 2);
    assertThat(stream.messages().getLast()).contains("User response").contains(name);
  }

  /** The old one has time for what it began, by the gateway's clock. */
  private void replace() throws Exception {
    gateway.serve(backend.endpoint(NEW), 2);
    assertThat(client.post(gateway.endpoint(), id, call(90, "count", "{}")).message())
        .contains(NEW);
  }

  private long seen(String address, String method) {
    return backend.seen().stream()
        .filter(it -> it.backend().equals(address) && it.method().equals(method))
        .count();
  }

  @Test
  void anAnswerGoesToTheServerThatAsked() throws Exception {
    Asked asked = ask(1, "1.0");

    assertThat(answer(gateway, asked.id(), "bob").status()).isEqualTo(202);

    answered(asked.stream(), "bob");
    assertThat(asked.stream().events()).allSatisfy(it -> assertThat(it.id()).startsWith("1.MQ."));
  }

  @Test
  void anAnswerOverAReplacementGoesToTheOneThatAskedAlthoughBothCountAlike() throws Exception {
    Asked old = ask(1, "1.0");
    replace();
    Asked young = ask(2, "2.0");

    assertThat(answer(gateway, young.id(), "young").status()).isEqualTo(202);
    assertThat(answer(gateway, old.id(), "old").status()).isEqualTo(202);

    answered(old.stream(), "old");
    answered(young.stream(), "young");
  }

  @Test
  void anAnswerMayComeToAnotherReplica() throws Exception {
    Asked asked = ask(1, "1.0");
    replace();
    try (RunningGateway other =
        new RunningGateway(Limits.DEFAULT).serve(backend.endpoint(NEW), 2)) {
      other.connections.byId.putAll(gateway.connections.byId);

      assertThat(answer(other, asked.id(), "bob").status()).isEqualTo(202);
    }
    answered(asked.stream(), "bob");
  }

  @Test
  void whatWasAskedBeforeTheServerForgotItsSessionIsNotAnsweredInTheNext() throws Exception {
    Asked before = ask(1, "1.0");
    backend.forgetSessions();
    Asked after = ask(2, "1~1.0");

    assertThat(answer(gateway, before.id(), "before").status()).isEqualTo(400);
    assertThat(after.stream().messages()).hasSize(1);
    assertThat(answer(gateway, after.id(), "after").status()).isEqualTo(202);

    answered(after.stream(), "after");
    assertThat(after.stream().events()).allSatisfy(it -> assertThat(it.id()).startsWith("1~1.Mg."));
  }

  @Test
  void anAnswerFindsTheSessionThatAnotherReplicaHasBegun() throws Exception {
    try (RunningGateway other =
        new RunningGateway(Limits.DEFAULT).serve(backend.endpoint(OLD), 1)) {
      other.connections.byId.putAll(gateway.connections.byId);
      backend.forgetSessions();
      Asked asked = ask(1, "1~1.0");
      other.connections.faster = gateway.connections.byId.get(id).binding();

      assertThat(answer(other, asked.id(), "bob").status()).isEqualTo(202);

      answered(asked.stream(), "bob");
    }
  }

  @Test
  void anAnswerThatIsTheFirstAfterAReplacementBindsNothingAnew() throws Exception {
    Asked asked = ask(1, "1.0");
    gateway.serve(backend.endpoint(NEW), 2);

    assertThat(answer(gateway, asked.id(), "bob").status()).isEqualTo(202);

    answered(asked.stream(), "bob");
    assertThat(gateway.connections.rebinds).hasValue(0);
  }

  @Test
  void afterTheDrainNobodyWaitsForAnAnswer() throws Exception {
    Asked asked = ask(1, "1.0");
    replace();
    gateway.now = RunningGateway.START.plus(Duration.ofMinutes(2));

    Answer answer = answer(gateway, asked.id(), "bob");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("is gone").doesNotContain("\"id\"");
    assertThat(progress(asked.id())).isEqualTo(202);
    assertThat(seen(OLD, "notifications/progress")).isZero();
    assertThat(asked.stream().messages()).hasSize(1);
  }

  @Test
  void aServerThatDrainsAndIsAwayHasGone() throws Exception {
    Asked asked = ask(1, "1.0");
    replace();
    Connection connection = gateway.connections.byId.get(id);
    try (ServerSocket free = new ServerSocket(0)) {
      URI nowhere = URI.create("http://127.0.0.1:" + free.getLocalPort() + "/mcp");
      free.close();
      Connection.Binding away =
          new Connection.Binding(1, Optional.of("gone"), Optional.of(nowhere));
      gateway.connections.byId.put(
          id, FakeConnections.with(FakeConnections.with(connection, away), connection.binding()));
    }

    assertThat(answer(gateway, asked.id(), "bob").status()).isEqualTo(400);
  }

  @Test
  void whatNoServerHasAskedIsNotAnswered() throws Exception {
    for (String never : List.of("0", "7.0", "x")) {
      Answer answer = answer(gateway, never, "bob");
      assertThat(answer.status()).as(never).isEqualTo(400);
    }
    assertThat(seen(OLD, "response")).isZero();
  }

  private int progress(String token) throws Exception {
    return client
        .post(
            gateway.endpoint(),
            id,
            notification("progress", "{\"progressToken\":\"" + token + "\",\"progress\":1}"))
        .status();
  }

  @Test
  void progressGoesToTheServerThatAsked() throws Exception {
    Asked asked = ask(1, "1.0");
    replace();

    assertThat(progress(asked.id())).isEqualTo(202);

    assertThat(seen(OLD, "notifications/progress")).isOne();
    assertThat(seen(NEW, "notifications/progress")).isZero();
  }

  private void cancel(RunningGateway to, int call) throws Exception {
    assertThat(
            client
                .post(to.endpoint(), id, notification("cancelled", "{\"requestId\":" + call + "}"))
                .status())
        .isEqualTo(202);
  }

  private int cancelled(String address) {
    return backend.report(address).getInteger("cancelled");
  }

  @Test
  void aCancellationGoesWhereTheRequestIs() throws Exception {
    McpStream old = client.stream(gateway.endpoint(), id, call(1, "sleep", "{\"millis\":60000}"));
    replace();
    McpStream young = client.stream(gateway.endpoint(), id, call(2, "sleep", "{\"millis\":60000}"));

    cancel(gateway, 1);
    await().until(() -> cancelled(OLD) == 1);
    assertThat(cancelled(NEW)).isZero();
    await().until(() -> old.end().isDone());
    cancel(gateway, 2);
    await().until(() -> cancelled(NEW) == 1);
    await().until(() -> young.end().isDone());
    assertThat(seen(OLD, "notifications/cancelled")).isOne();
    assertThat(seen(NEW, "notifications/cancelled")).isOne();
  }

  @Test
  void anotherReplicaTellsAllThatMayWorkOnIt() throws Exception {
    client.stream(gateway.endpoint(), id, call(1, "sleep", "{\"millis\":60000}"));
    replace();
    try (RunningGateway other =
        new RunningGateway(Limits.DEFAULT).serve(backend.endpoint(NEW), 2)) {
      other.connections.byId.putAll(gateway.connections.byId);

      cancel(other, 1);

      await().until(() -> cancelled(OLD) == 1);
      await().until(() -> seen(NEW, "notifications/cancelled") == 1);
      assertThat(other.connections.rebinds).hasValue(0);
    }
  }
}
