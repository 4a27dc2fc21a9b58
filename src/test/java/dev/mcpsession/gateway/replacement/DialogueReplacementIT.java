package dev.mcpsession.gateway.replacement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.fixture.FixturePod;
import dev.mcpsession.replicas.Installation;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import dev.mcpsession.replicas.McpStream;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What lasts longer than a backend: calls, questions of the server, streams, and what a client has
 * set. {@code -Dload.callSeconds=60} has calls take a minute.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DialogueReplacementIT {
  private static final long CALL_SECONDS = Long.getLong("load.callSeconds", 10);
  private static final long DRAIN_SECONDS = 2 * CALL_SECONDS;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String SIMULATED = "talk";
  private static final String REAL = "aloud";
  private static final String ANSWERS = "{\"elicitation\":{},\"sampling\":{}}";
  private static final String CHANGED = "notifications/tools/list_changed";

  private final Cluster cluster;
  private final Set<String> found = new HashSet<>();
  private Installation all;

  DialogueReplacementIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start() throws Exception {
    all = Installation.start(cluster);
    String fields = "idleTimeoutSeconds: 0, drainSeconds: " + DRAIN_SECONDS;
    all.offer(SIMULATED, fields);
    all.offerSession(
        REAL,
        "{%s, podTemplate: {spec: %s}}".formatted(fields, Serialization.asJson(FixturePod.spec())));
  }

  @AfterAll
  void stop() throws Exception {
    all.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {SIMULATED, REAL})
  void aLongCallEndsWellAndThoseAfterItAreServedElsewhere(String template) throws Exception {
    try (McpHttp client = all.client("caller", template)) {
      String id = initialized(client, template, 0);
      McpSession session = newSession(template);
      McpStream legacy =
          client.stream(
              all.endpoint(template, 0),
              id,
              """
              {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"sleep",
               "arguments":{"millis":%d},"_meta":{"progressToken":"p"}}}
              """
                  .formatted(CALL_SECONDS * 1_000));
      McpStream modern =
          client.modern(
              all.endpoint(template, 1),
              8,
              "tools/call",
              "sleep",
              "{\"name\":\"sleep\",\"arguments\":{\"millis\":%d}}".formatted(CALL_SECONDS * 1_000));
      for (McpStream call : List.of(legacy, modern)) {
        await().atMost(SOON).until(() -> !call.messages().isEmpty());
      }
      String before = whoami(client, template, id, 0);

      replace(session);

      awaitOtherThan(before, client, template, id);
      for (McpStream call : List.of(legacy, modern)) {
        assertThat(call.end()).as("it is still under way").isNotDone();
      }
      for (McpStream call : List.of(legacy, modern)) {
        assertThat(call.end().get(CALL_SECONDS + 30, TimeUnit.SECONDS)).isTrue();
        assertThat(call.messages().getLast()).contains("\"result\"", "sleptMillis", before);
      }
    }
  }

  @Test
  void questionsOfTwoBackendsAreAnsweredThroughTheOtherReplica() throws Exception {
    try (McpHttp client = all.client("asked", SIMULATED)) {
      String id = initialized(client, SIMULATED, 0);
      McpSession session = newSession(SIMULATED);
      McpStream elicitation = question(client, id, 11, "test_elicitation");
      McpStream sampling = question(client, id, 12, "test_sampling");
      String before = whoami(client, SIMULATED, id, 0);

      replace(session);
      awaitOtherThan(before, client, SIMULATED, id);

      // Counters of two servers begin alike.
      McpStream later = question(client, id, 13, "test_elicitation");
      answer(client, id, later, "{\"action\":\"accept\",\"content\":{\"username\":\"later\"}}");
      answer(client, id, sampling, said("from a model"));
      answer(
          client, id, elicitation, "{\"action\":\"accept\",\"content\":{\"username\":\"first\"}}");
      assertThat(ended(elicitation)).contains("\"id\":11", "action=accept", "first");
      assertThat(ended(sampling)).contains("\"id\":12", "from a model");
      assertThat(ended(later)).contains("\"id\":13", "action=accept", "later");
    }
  }

  @Test
  void aListeningClientHearsTheNextBackendOnTheSameStream() throws Exception {
    try (McpHttp client = all.client("listener", SIMULATED)) {
      String id = initialized(client, SIMULATED, 0);
      McpSession session = newSession(SIMULATED);
      McpStream legacy = client.listen(all.endpoint(SIMULATED, 0), id, null);
      McpStream modern =
          client.modern(
              all.endpoint(SIMULATED, 1),
              21,
              "subscriptions/listen",
              "",
              "{\"notifications\":{\"toolsListChanged\":true}}");
      List<McpStream> streams = List.of(legacy, modern);
      String before = address(session);
      String oldPod =
          status(cluster.sessions().withName(session.getMetadata().getName()).get()).podName();
      awaitListeners(before);
      announce(before, 1);
      streams.forEach(stream -> awaitHeard(stream, 1));

      replace(session);

      String after = address(session);
      awaitListeners(after);
      announce(after, 2);
      streams.forEach(stream -> awaitHeard(stream, 2));
      // A call that is still in flight there may have it said more.
      announce(before, 3);
      awaitHeard(legacy, 3);
      streams.forEach(stream -> assertThat(stream.end()).isNotDone());
      assertThat(modern.messages())
          .filteredOn(it -> it.contains("notifications/subscriptions/acknowledged"))
          .hasSize(1);
      assertThat(modern.messages())
          .allSatisfy(
              it ->
                  assertThat(new JsonObject(it).getJsonObject("params").getJsonObject("_meta"))
                      .contains(Map.entry("io.modelcontextprotocol/subscriptionId", 21)));
      // When the old one has gone, nothing of that is seen.
      await()
          .atMost(SOON.plusSeconds(DRAIN_SECONDS))
          .until(
              () ->
                  all.pods(SIMULATED).stream()
                      .noneMatch(pod -> pod.getMetadata().getName().equals(oldPod)));
      announce(after, 4);
      for (McpStream stream : streams) {
        awaitHeard(stream, 4);
        for (int number : List.of(1, 2, 4)) {
          assertThat(stream.messages()).filteredOn(it -> says(it, number)).hasSize(1);
        }
      }
      legacy.close();
      modern.close();
    }
  }

  @Test
  void aLevelOfLoggingAndASubscriptionHold() throws Exception {
    try (McpHttp client = all.client("subscriber", SIMULATED)) {
      String id = initialized(client, SIMULATED, 0);
      McpSession session = newSession(SIMULATED);
      URI endpoint = all.endpoint(SIMULATED, 0);
      McpStream stream = client.listen(endpoint, id, null);
      assertThat(call(client, id, 31, "test_logging_tool")).contains("one message");
      good(
          client.post(
              endpoint,
              id,
              """
              {"jsonrpc":"2.0","id":32,"method":"logging/setLevel","params":{"level":"error"}}
              """));
      good(
          client.post(
              endpoint,
              id,
              """
              {"jsonrpc":"2.0","id":33,"method":"resources/subscribe",
               "params":{"uri":"test://watched-resource"}}
              """));

      String before = whoami(client, SIMULATED, id, 0);

      replace(session);
      awaitOtherThan(before, client, SIMULATED, id);

      assertThat(call(client, id, 34, "test_logging_tool")).doesNotContain("one message");
      assertThat(call(client, id, 35, "update")).contains("announced");
      await()
          .atMost(SOON)
          .until(
              () ->
                  stream.messages().stream()
                      .anyMatch(it -> it.contains("notifications/resources/updated")));
      stream.close();
    }
  }

  private static Answer good(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.message()).contains("\"result\"");
    return answer;
  }

  /** A call that has asked its client something. */
  private McpStream question(McpHttp client, String id, int requestId, String tool)
      throws IOException, InterruptedException {
    McpStream stream =
        client.stream(
            all.endpoint(SIMULATED, 0),
            id,
            """
            {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s",
             "arguments":{"message":"who?","prompt":"what?"}}}
            """
                .formatted(requestId, tool));
    await().atMost(SOON).until(() -> !stream.messages().isEmpty());
    return stream;
  }

  /** Answers its question through the other replica. */
  private void answer(McpHttp client, String id, McpStream stream, String result)
      throws IOException, InterruptedException {
    Object asked = new JsonObject(stream.messages().getFirst()).getValue("id");
    JsonObject message =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", asked)
            .put("result", new JsonObject(result));
    Answer answer = client.post(all.endpoint(SIMULATED, 1), id, message.encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private static String said(String text) {
    return """
    {"role":"assistant","model":"m","content":{"type":"text","text":"%s"}}
    """
        .formatted(text);
  }

  private static String ended(McpStream stream) throws Exception {
    assertThat(stream.end().get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return stream.messages().getLast();
  }

  private String call(McpHttp client, String id, int requestId, String tool) throws Exception {
    Answer answer = client.call(all.endpoint(SIMULATED, requestId), id, requestId, tool, "{}");
    return good(answer).body();
  }

  /** Which process answers. */
  private String whoami(McpHttp client, String template, String id, int replica) throws Exception {
    Answer answer = good(client.call(all.endpoint(template, replica), id, 99, "whoami", "{}"));
    return new JsonObject(answer.message())
        .getJsonObject("result")
        .getJsonObject("structuredContent")
        .getString("instance");
  }

  /** Both replicas lead to another process than this one. */
  private void awaitOtherThan(String before, McpHttp client, String template, String id) {
    for (int replica : List.of(0, 1)) {
      await().atMost(SOON).until(() -> !whoami(client, template, id, replica).equals(before));
    }
  }

  private String initialized(McpHttp client, String template, int replica) throws Exception {
    Answer answer = client.initialize(all.endpoint(template, replica), ANSWERS);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.sessionId().orElseThrow();
  }

  /** The one that was not there before. */
  private McpSession newSession(String template) {
    List<McpSession> made =
        cluster.sessions().list().getItems().stream()
            .filter(
                it -> template.equals(Objects.requireNonNull(it.getSpec().templateRef()).name()))
            .filter(it -> found.add(it.getMetadata().getName()))
            .toList();
    assertThat(made).hasSize(1);
    return made.getFirst();
  }

  /** Returns when another backend serves. */
  private void replace(McpSession session) {
    var resource = cluster.sessions().withName(session.getMetadata().getName());
    int before = status(resource.get()).revision();
    MergePatch.apply(
        resource,
        "{metadata: {annotations: {%s: \"%s\"}}}".formatted(Names.RESTARTED_AT, Instant.now()));
    await()
        .atMost(SOON)
        .until(
            () -> {
              McpSessionStatus now = status(resource.get());
              var upToDate = now.condition(ConditionType.UpToDate);
              return now.revision() > before && upToDate != null && upToDate.isTrue();
            });
  }

  private static McpSessionStatus status(McpSession session) {
    return Objects.requireNonNull(session.getStatus());
  }

  /** Of the Pod that serves. */
  private String address(McpSession session) {
    McpSession now = cluster.sessions().withName(session.getMetadata().getName()).get();
    return URI.create(Objects.requireNonNull(status(now).endpoint())).getHost();
  }

  /** One of each era. */
  private void awaitListeners(String address) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              JsonObject report = all.backends().report(address);
              return report.getInteger("getStreams") == 1
                  && report.getInteger("subscriptions") == 1;
            });
  }

  private void announce(String address, int number) {
    all.backends().announce(address, CHANGED, new JsonObject().put("number", number));
  }

  private static void awaitHeard(McpStream stream, int number) {
    await().atMost(SOON).until(() -> stream.messages().stream().anyMatch(it -> says(it, number)));
  }

  private static boolean says(String message, int number) {
    return message.contains(CHANGED) && message.contains("\"number\":" + number);
  }
}
