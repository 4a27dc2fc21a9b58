package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.Installation;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import dev.mcpsession.replicas.McpStream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Streams of clients whose replica of the gateway dies, or that come back to another one. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamResumptionIT {
  private static final String TEMPLATE = "streams";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Until a call answers: longer than it takes to kill a replica and come back to another. */
  private static final int CALL_MILLIS = 3_000;

  private static final int ANNOUNCED = 20;
  private static final int ANNOUNCED_EVERY_MILLIS = 150;

  private final Cluster cluster;
  private Installation all;
  private McpHttp alice;
  private McpHttp bob;
  private Replica near;
  private Replica far;

  StreamResumptionIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start() throws Exception {
    all = Installation.start(cluster);
    all.offer(TEMPLATE, "drainSeconds: 5");
    alice = all.client("alice", TEMPLATE);
    bob = all.client("bob", TEMPLATE);
    assertThat(alice.initialize(all.endpoint(TEMPLATE, 0)).status()).isEqualTo(200);
    all.backends().set("eventIds", "false"); // of those that begin from now on, as bob's does
  }

  @AfterAll
  void stop() throws Exception {
    alice.close();
    bob.close();
    all.close();
  }

  @BeforeEach
  void twoReplicas() throws Exception {
    while (all.replicas().running().size() < 2) {
      all.replicas().awaitReady(all.replicas().startReplica());
    }
    near = all.replicas().running().get(0);
    far = all.replicas().running().get(1);
  }

  @Test
  void aCallWhoseReplicaIsKilledIsResumedOnAnotherIfTheServerGivesEventIds() throws Exception {
    String id = initialized(alice);
    try (McpStream cut = call(alice, id, 11)) {
      near.process().kill();
      awaitBroken(cut);
      try (McpStream resumed = alice.listen(at(far), id, cut.lastEventId().orElseThrow())) {
        assertThat(resumed.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertIsWholeAnswer(11, cut, resumed);
      }
    }
  }

  @Test
  void aCallWhoseReplicaIsKilledEndsWithAnErrorIfTheServerGivesNoEventIds() throws Exception {
    String id = initialized(bob);
    try (McpStream cut = call(bob, id, 12)) {
      near.process().kill();
      awaitBroken(cut);
      try (McpStream resumed = bob.listen(at(far), id, cut.lastEventId().orElseThrow())) {
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(resumed.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(resumed.messages()).hasSize(1);
        JsonObject told = new JsonObject(resumed.messages().getFirst());
        assertThat(told.getInteger("id")).isEqualTo(12);
        assertThat(told.getJsonObject("error").getInteger("code")).isEqualTo(-32603);
      }
    }
  }

  @Test
  void aClientThatComesBackToAnotherReplicaIsServedFromTheBufferOfTheOneThatLives()
      throws Exception {
    String id = initialized(bob);
    try (McpStream cut = call(bob, id, 13)) {
      String last = cut.lastEventId().orElseThrow();
      cut.close();
      try (McpStream resumed = bob.listen(at(far), id, last)) {
        assertThat(resumed.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertIsWholeAnswer(13, cut, resumed);
      }
    }
  }

  @Test
  void whatAServerSaysByItselfGoesOnWithoutLossOrDuplicateOnAnotherReplica() throws Exception {
    String id = initialized(alice);
    try (McpStream cut = alice.listen(at(near), id, null)) {
      announce(alice, id);
      await().atMost(PATIENCE).until(() -> numbers(cut).size() >= 3);
      near.process().kill();
      awaitBroken(cut);
      try (McpStream resumed = alice.listen(at(far), id, cut.lastEventId().orElseThrow())) {
        await().atMost(PATIENCE).until(() -> numbers(resumed).contains(ANNOUNCED));
        assertThat(Stream.concat(numbers(cut).stream(), numbers(resumed).stream()))
            .containsExactlyElementsOf(IntStream.rangeClosed(1, ANNOUNCED).boxed().toList());
      }
    }
  }

  @Test
  void whatAServerWithoutEventIdsSaysByItselfGoesOnLiveOnAnotherReplica() throws Exception {
    String id = initialized(bob);
    try (McpStream cut = bob.listen(at(near), id, null)) {
      announce(bob, id);
      await().atMost(PATIENCE).until(() -> numbers(cut).size() >= 3);
      near.process().kill();
      awaitBroken(cut);
      try (McpStream resumed = bob.listen(at(far), id, cut.lastEventId().orElse(null))) {
        await().atMost(PATIENCE).until(() -> numbers(resumed).contains(ANNOUNCED));
        List<Integer> live = numbers(resumed);
        assertThat(live)
            .containsExactlyElementsOf(
                IntStream.rangeClosed(live.getFirst(), ANNOUNCED).boxed().toList());
        assertThat(numbers(cut)).doesNotContainAnyElementsOf(live);
      }
    }
  }

  private URI at(Replica replica) {
    return replica.endpoint(cluster.namespace(), TEMPLATE);
  }

  private String initialized(McpHttp user) throws Exception {
    Answer answer = user.initialize(at(near));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.sessionId().orElseThrow();
  }

  /** A call that has begun to answer on the near replica. */
  private McpStream call(McpHttp user, String id, int requestId)
      throws IOException, InterruptedException {
    McpStream stream =
        user.stream(
            at(near),
            id,
            """
            {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"sleep",
             "arguments":{"millis":%d},"_meta":{"progressToken":"p"}}}
            """
                .formatted(requestId, CALL_MILLIS));
    assertThat(stream.status()).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> stream.messages().size() == 1);
    return stream;
  }

  /** Has numbered events sent on the stream of what the server says by itself. */
  private void announce(McpHttp user, String id) {
    var unused =
        user.postAsync(
            at(far),
            id,
            """
            {"jsonrpc":"2.0","id":20,"method":"tools/call","params":{"name":"emit",
             "arguments":{"events":%d,"millis":%d}}}
            """
                .formatted(ANNOUNCED, ANNOUNCED_EVERY_MILLIS));
  }

  private static List<Integer> numbers(McpStream stream) {
    return stream.messages().stream()
        .map(JsonObject::new)
        .filter(it -> "notifications/tools/list_changed".equals(it.getString("method")))
        .map(it -> it.getJsonObject("params").getJsonObject("_meta").getInteger("number"))
        .toList();
  }

  private static void awaitBroken(McpStream stream) throws Exception {
    assertThat(stream.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("a stream of a process that was killed")
        .isFalse();
  }

  /** Both parts together: the two reports of progress and the result, each once. */
  private static void assertIsWholeAnswer(int requestId, McpStream first, McpStream then) {
    List<JsonObject> messages =
        Stream.concat(first.messages().stream(), then.messages().stream())
            .map(JsonObject::new)
            .toList();
    assertThat(messages)
        .extracting(it -> it.getString("method", "answer"))
        .containsExactly("notifications/progress", "notifications/progress", "answer");
    assertThat(messages)
        .filteredOn(it -> it.containsKey("method"))
        .extracting(it -> it.getJsonObject("params").getInteger("progress"))
        .containsExactly(0, 1);
    assertThat(messages.getLast().getInteger("id")).isEqualTo(requestId);
    assertThat(messages.getLast().containsKey("result")).isTrue();
  }
}
