package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Sessions.Change;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Streams without an end of their own outlive the backends that feed them. */
class StandingStreamTest extends TwoBackends {
  /** The last chunk: the answer is complete. */
  private static final String END = "\r\n0\r\n\r\n";

  private static final String TOOLS = "notifications/tools/list_changed";
  private static final String PROMPTS = "notifications/prompts/list_changed";

  StandingStreamTest() {
    super(RunningGateway.FAST);
  }

  private RawClient open() {
    RawClient stream = gateway.connect();
    assertThat(
            stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n").readUntil("\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
    await().untilAsserted(() -> assertThat(streams(first)).isEqualTo(1));
    return stream;
  }

  private RawClient listen() {
    RawClient stream = gateway.connect();
    stream.post(
        "alice",
        "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n",
        "{\"jsonrpc\":\"2.0\",\"id\":\"l-1\",\"method\":\"subscriptions/listen\",\"params\":{\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}},"
            + "\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true}}}");
    assertThat(stream.readUntil("acknowledged")).startsWith("HTTP/1.1 200");
    await().untilAsserted(() -> assertThat(subscriptions(first)).isEqualTo(1));
    return stream;
  }

  private static int streams(McpBackend backend) {
    return backend.report().getInteger("getStreams");
  }

  private static int subscriptions(McpBackend backend) {
    return backend.report().getInteger("subscriptions");
  }

  private static void announce(McpBackend backend, String method) {
    backend.announce(method, new JsonObject());
  }

  private void stopServing() {
    gateway.sessions.answer(null);
    gateway.sessions.tell(new Change.NotServing());
  }

  @Test
  void atAPromotionTheStreamIsOpenedAtTheNewBackendAndTheOldOneIsReadOn() {
    try (RawClient stream = open()) {
      gateway.promote(second.endpoint(), 2);
      await().untilAsserted(() -> assertThat(streams(second)).isEqualTo(1));
      assertThat(gateway.connections.byId.get(id).binding().revision()).isEqualTo(2);

      announce(second, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS).doesNotContain("retry: 1000\n\n" + END);
      announce(first, PROMPTS);
      assertThat(stream.readUntil(PROMPTS)).endsWith(PROMPTS);

      gateway.now = RunningGateway.START.plusSeconds(120);
      await().untilAsserted(() -> assertThat(streams(first)).isZero());
      announce(second, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
      assertThat(gateway.records.rebinds).containsExactly("moved");
    }
    await().untilAsserted(() -> assertThat(streams(second)).isZero());
  }

  @Test
  void aStreamThatIsOpenedDuringADrainIsFedByTheOldBackendAsWell() throws Exception {
    gateway.serve(second.endpoint(), 2);
    client.call(gateway.endpoint(), id, 1, "whoami", "{}"); // binds it anew
    try (RawClient stream = gateway.connect()) {
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n").readUntil("\r\n\r\n");
      await().untilAsserted(() -> assertThat(streams(first) + streams(second)).isEqualTo(2));

      announce(first, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
      announce(second, PROMPTS);
      assertThat(stream.readUntil(PROMPTS)).endsWith(PROMPTS);

      gateway.now = RunningGateway.START.plusSeconds(120);
      await().untilAsserted(() -> assertThat(streams(first)).isZero());
    }
    try (RawClient stream = gateway.connect()) {
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n").readUntil("\r\n\r\n");
      announce(second, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
      assertThat(streams(first)).isZero();
    }
  }

  @Test
  void atAPromotionASubscriptionIsSentToTheNewBackendAndAcknowledgedOnce() {
    try (RawClient stream = listen()) {
      gateway.promote(second.endpoint(), 2);
      await().untilAsserted(() -> assertThat(subscriptions(second)).isEqualTo(1));
      await().untilAsserted(() -> assertThat(subscriptions(first)).isZero());

      announce(second, TOOLS);
      assertThat(stream.readUntil(TOOLS))
          .endsWith(TOOLS)
          .doesNotContain("acknowledged")
          .doesNotContain("resultType");
    }
    await().untilAsserted(() -> assertThat(subscriptions(second)).isZero());
  }

  @Test
  void aBackendThatIsKilledLeavesTheStreamsOpenUntilAnotherOneServes() {
    try (RawClient stream = open();
        RawClient listener = listen()) {
      stopServing();
      first.close();
      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n").doesNotContain(END);
      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n").doesNotContain(END);
      assertThat(gateway.sessions.demands)
          .hasValue(4); // initialize, initialized, and the two streams

      gateway.promote(second.endpoint(), 2);

      await().untilAsserted(() -> assertThat(streams(second)).isEqualTo(1));
      await().untilAsserted(() -> assertThat(subscriptions(second)).isEqualTo(1));
      announce(second, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
      assertThat(listener.readUntil(TOOLS))
          .endsWith(TOOLS)
          .doesNotContain("acknowledged")
          .doesNotContain("error");
    }
  }

  @Test
  void aBackendThatStartsAgainAtItsPlaceIsAskedAgain() {
    int port = first.port();
    try (RawClient stream = open()) {
      first.close();
      assertThat(stream.readUntil(":\n\n")).endsWith(":\n\n");
      first = McpBackend.start("127.0.0.1", port); // which knows no session

      await().untilAsserted(() -> assertThat(streams(first)).isEqualTo(1));
      announce(first, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
    }
  }

  @Test
  void withoutSuchAStreamAtTheNewBackendItEndsWithTheOldOnesDrain() {
    second.set("getStream", "false");
    try (RawClient stream = open()) {
      gateway.promote(second.endpoint(), 2);
      await()
          .untilAsserted(
              () -> assertThat(second.seen()).anyMatch(it -> it.httpMethod().equals("GET")));
      announce(first, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);

      gateway.now = RunningGateway.START.plusSeconds(120);

      assertThat(stream.readUntil(END)).contains("retry: 1000\n\n").endsWith(END);
    }
  }

  @Test
  void whatABackendEndsThatGoesOnServingEndsForItsClient() {
    try (RawClient stream = open();
        RawClient listener = listen()) {
      first.endSubscriptions();
      first.forgetSessions();

      assertThat(stream.readUntil(END)).endsWith(END);
      assertThat(listener.readUntil(END)).contains("\"resultType\":\"complete\"").endsWith(END);
    }
  }

  @Test
  void whatABackendEndsThatGoesDoesNotEndForItsClient() {
    try (RawClient stream = open();
        RawClient listener = listen()) {
      first.endSubscriptions();
      first.forgetSessions();
      gateway.promote(second.endpoint(), 2);

      await().untilAsserted(() -> assertThat(streams(second)).isEqualTo(1));
      await().untilAsserted(() -> assertThat(subscriptions(second)).isEqualTo(1));
      announce(second, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
      assertThat(listener.readUntil(TOOLS)).endsWith(TOOLS).doesNotContain("resultType");
    }
  }

  @Test
  void whoListensIsToldTheEndInBothWays() {
    try (RawClient listener = listen()) {
      await().untilAsserted(() -> assertThat(gateway.sessions.subscriptions()).isOne());
      gateway.sessions.tell(new Change.Ended(false));

      assertThat(listener.readUntil(END))
          .contains(
              "\"id\":\"l-1\",\"result\":{\"resultType\":\"complete\",\"_meta\":"
                  + "{\"io.modelcontextprotocol/subscriptionId\":\"l-1\"}}")
          .contains(
              "\"notifications/cancelled\",\"params\":{\"requestId\":\"l-1\",\"reason\":\"The"
                  + " session")
          .endsWith(END);
    }
    await().untilAsserted(() -> assertThat(subscriptions(first)).isZero());
  }

  @Test
  void aReplicaThatStopsTellsWhoListens() {
    try (RawClient stream = open();
        RawClient listener = listen()) {
      var closed = gateway.server.close();

      assertThat(stream.readUntil(END)).contains("retry: 1000\n\n").endsWith(END);
      assertThat(listener.readUntil(END))
          .contains("\"resultType\":\"complete\"")
          .contains("notifications/cancelled")
          .endsWith(END);
      await().untilAsserted(() -> assertThat(closed.toCompletableFuture()).isCompleted());
    }
  }

  @Test
  void aStreamThatBrokeOffGoesOnAfterTheLastEventThatCameOfIt() {
    try (TornBackend torn = new TornBackend();
        RawClient stream = gateway.connect()) {
      bind(torn.endpoint(), 1);
      stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n");
      assertThat(stream.readUntil("one")).endsWith("one");

      await().untilAsserted(() -> assertThat(torn.lastEventIds()).hasSizeGreaterThan(2));
      assertThat(torn.lastEventIds().subList(0, 3)).containsExactly("", "event 7", "event 7");
    }
  }

  @Test
  void aNewBackendThatEndsItsStreamsAtOnceIsAskedAgainAfterAPauseWhileTheOldOneDrains() {
    try (TornBackend torn = new TornBackend("0\r\n\r\n");
        RawClient stream = open()) {
      bind(torn.endpoint(), 2);
      gateway.sessions.tell(new Change.Serving(RunningGateway.backend(torn.endpoint(), 2)));
      await().untilAsserted(() -> assertThat(torn.lastEventIds()).isNotEmpty());

      await()
          .during(Duration.ofMillis(1400))
          .atMost(Duration.ofSeconds(5))
          .until(() -> torn.lastEventIds().size() < 2);
      await().untilAsserted(() -> assertThat(torn.lastEventIds()).hasSize(2));
      announce(first, TOOLS);
      assertThat(stream.readUntil(TOOLS)).endsWith(TOOLS);
    }
  }

  /** As if the connection had been moved there, by whichever replica. */
  private void bind(URI endpoint, int revision) {
    gateway.serve(endpoint, revision);
    gateway.connections.byId.computeIfPresent(
        id,
        (key, old) ->
            FakeConnections.with(
                old, new Binding(revision, Optional.of("s-1"), Optional.of(endpoint))));
  }
}
