package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.replicas.McpHttp;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams while they last, and what ends them. */
class StreamsTest {
  /** The last chunk: the answer is complete. */
  private static final String END = "\r\n0\r\n\r\n";

  private McpBackend backend;
  private RunningGateway gateway;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start("0.0.0.0", 0);
    gateway = new RunningGateway(Limits.DEFAULT, RunningGateway.FAST).serve(backend.endpoint());
    client = new McpHttp("alice");
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    backend.close();
  }

  private RawClient open() {
    RawClient stream = gateway.connect();
    assertThat(
            stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n").readUntil("\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-type: text/event-stream")
        .contains("X-Accel-Buffering: no");
    return stream;
  }

  private RawClient hang() {
    RawClient stream = gateway.connect();
    backend.set("answers", "sse");
    stream.post(
        "alice",
        "Mcp-Session-Id: " + id + "\r\n",
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"sleep\","
            + "\"arguments\":{\"millis\":60000},\"_meta\":{\"progressToken\":1}}}");
    assertThat(stream.readUntil("progress\"")).startsWith("HTTP/1.1 200");
    return stream;
  }

  private int getStreams() {
    return backend.report().getInteger("getStreams");
  }

  @Test
  void whatAServerSaysByItselfComesOnTheStream() {
    try (RawClient stream = open()) {
      await().untilAsserted(() -> assertThat(getStreams()).isEqualTo(1));
      backend.announce("notifications/tools/list_changed", new JsonObject());

      assertThat(stream.readUntil("list_changed")).contains("data: ").endsWith("list_changed");
      assertThat(gateway.records.streams).hasValue(1);
      assertThat(gateway.activity.present).hasValue(1);
    }
    await().untilAsserted(() -> assertThat(getStreams()).isZero());
    assertThat(gateway.records.streams).hasValue(0);
    assertThat(gateway.activity.present).hasValue(0);
    assertThat(gateway.sessions.subscriptions()).isZero();
  }

  @Test
  void aStreamHasHeartbeatsWhoseAcknowledgementIsReported() {
    try (RawClient stream = open()) {
      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n");
      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n");
      await().untilAsserted(() -> assertThat(gateway.activity.acknowledged).hasValueGreaterThan(0));
    }
  }

  @Test
  void ofTwoStreamsOnOneIdTheNewestWins() {
    backend.set("secondGetStream", "refuse");
    try (RawClient first = open();
        RawClient second = open()) {
      assertThat(first.readUntil(END)).endsWith(END);
      await().untilAsserted(() -> assertThat(getStreams()).isEqualTo(1));
      backend.announce("notifications/tools/list_changed", new JsonObject());
      assertThat(second.readUntil("list_changed")).endsWith("list_changed");
    }
  }

  /** The stream that another replica has open at the backend. */
  private RawClient openElsewhere() {
    RawClient other = new RawClient(backend.port());
    other.send(
        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: "
            + gateway.connections.byId.get(id).binding().backendSessionId().orElseThrow()
            + "\r\n\r\n");
    assertThat(other.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
    return other;
  }

  @Test
  void aBackendThatRefusesASecondStreamHasTheOneInAnotherReplicaClosed() {
    backend.set("secondGetStream", "refuse");
    try (RawClient other = openElsewhere();
        RawClient stream = gateway.connect()) {
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n");
      await()
          .untilAsserted(
              () -> assertThat(gateway.connections.takenStreams).containsExactly("c-" + id));
      other.close(); // as the other replica does, once it has heard of it

      assertThat(stream.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aStreamThatAnotherReplicaCannotBeToldToCloseIsRefusedInTheGatewaysWords() {
    backend.set("secondGetStream", "refuse");
    gateway.connections.taking = false;
    try (RawClient other = openElsewhere();
        RawClient stream = gateway.connect()) {
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n");

      assertThat(stream.readUntil("try again."))
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("Retry-After: 5")
          .contains("is open at another replica of the gateway");
    }
  }

  @Test
  void aBackendThatGoesOnRefusingIsHeard() {
    backend.set("secondGetStream", "refuse");
    try (RawClient other = openElsewhere();
        RawClient stream = gateway.connect()) {
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n");

      assertThat(stream.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 409");
      assertThat(gateway.connections.takenStreams).hasSize(1);
    }
  }

  @Test
  void theStreamEndsThatAnotherReplicaTakes() {
    try (RawClient stream = open()) {
      gateway.connections.streamTaken.accept("c-" + id);

      assertThat(stream.readUntil(END)).endsWith(END);
    }
    await().untilAsserted(() -> assertThat(getStreams()).isZero());
  }

  @Test
  void aBackendWithoutTheStreamSaysSoItself() {
    backend.set("getStream", "false");
    try (RawClient stream = gateway.connect()) {
      assertThat(
              stream
                  .request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n")
                  .readUntil("\r\n\r\n"))
          .startsWith("HTTP/1.1 405");
    }
  }

  @Test
  void streamsEndAtTheExpiryOfTheirTokenPlusLeeway() {
    gateway.tokenExpiry = RunningGateway.START.plusSeconds(100);
    try (RawClient stream = open();
        RawClient call = hang()) {
      gateway.now = RunningGateway.START.plusSeconds(160);
      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n");

      gateway.now = RunningGateway.START.plusSeconds(161);

      assertThat(stream.readUntil(END)).endsWith(END);
      assertThat(call.readUntil(END)).contains("\"id\":5").contains("expired");
    }
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        end(
            "the session ended",
            gateway -> gateway.sessions.tell(new Change.Ended(false)),
            "has ended"),
        end(
            "its grant was rejected",
            gateway -> gateway.sessions.tell(new Change.Ended(true)),
            "sign in again"),
        end(
            "access was withdrawn",
            gateway -> {
              gateway.sessions.template(RunningGateway.RESOURCE, RunningGateway.template(false));
              gateway.sessions.tell(new Change.TemplateChanged());
            },
            "any more"),
        end(
            "the template was deleted",
            gateway -> {
              gateway.sessions.template(RunningGateway.RESOURCE, null);
              gateway.sessions.tell(new Change.TemplateChanged());
            },
            "any more"),
        end(
            "another session of that name serves",
            gateway ->
                gateway.sessions.tell(
                    new Change.Serving(
                        new Backend(
                            new SessionKey("team", "forgejo-alice", "uid-2"),
                            1,
                            gateway.endpoint(),
                            RunningGateway.START,
                            Duration.ZERO,
                            Duration.ZERO))),
            "has ended"));
  }

  private static Arguments end(String what, Consumer<RunningGateway> change, String words) {
    return Arguments.of(what, change, words);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ends")
  void allStreamsEndAndNobodyHangs(String what, Consumer<RunningGateway> change, String words) {
    try (RawClient stream = open();
        RawClient call = hang()) {
      await().untilAsserted(() -> assertThat(gateway.sessions.subscriptions()).isEqualTo(2));

      change.accept(gateway);

      assertThat(stream.readUntil(END)).endsWith(END);
      assertThat(call.readUntil(END)).contains("\"id\":5").contains(words);
    }
    await().untilAsserted(() -> assertThat(gateway.sessions.subscriptions()).isZero());
  }

  @Test
  void aTemplateThatStillLetsTheUserInChangesNothing() {
    try (RawClient stream = open()) {
      gateway.sessions.tell(new Change.TemplateChanged());
      gateway.sessions.tell(new Change.NotServing());

      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n");
    }
  }

  @Test
  void aStreamEndsWhenItsIdDoes() throws Exception {
    try (RawClient stream = open()) {
      assertThat(client.delete(gateway.endpoint(), id).status()).isEqualTo(204);

      assertThat(stream.readUntil(END)).endsWith(END);
    }
  }

  @Test
  void aBackendThatDiesLeavesNoClientWithoutAnAnswer() {
    try (RawClient call = hang()) {
      backend.close();

      assertThat(call.readUntil(END)).contains("\"id\":5").contains("broke off");
    }
    backend = McpBackend.start();
  }
}
