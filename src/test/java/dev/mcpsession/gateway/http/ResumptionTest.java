package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.http.EventReader.Event;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.replicas.McpHttp;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients lose the connection that their answer comes on, and ask for the rest of it. */
class ResumptionTest {
  private static final String SLEEP =
      "{\"name\":\"sleep\",\"arguments\":{\"millis\":1000},\"_meta\":{\"progressToken\":1}}";
  private static final String FLOOD =
      "{\"name\":\"flood\",\"arguments\":{\"events\":3000,\"bytes\":1000}}";

  private McpBackend backend;
  private RunningGateway first;
  private RunningGateway second;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start("0.0.0.0", 0);
    FakeConnections connections = new FakeConnections();
    first = new RunningGateway(Limits.DEFAULT, Pace.DEFAULT, connections);
    second = new RunningGateway(Limits.DEFAULT, Pace.DEFAULT, connections);
    first.serve(backend.endpoint());
    second.serve(backend.endpoint());
    client = new McpHttp("alice");
    id = client.initialize(first.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    first.close();
    second.close();
    backend.close();
  }

  private void eventIds(boolean of) {
    backend.set("eventIds", Boolean.toString(of));
  }

  /** Backends know it when a session begins. */
  private void initialize() throws Exception {
    id = client.initialize(first.endpoint()).sessionId().orElseThrow();
  }

  private long seen() {
    return backend.seen().size();
  }

  private static List<String> names(List<Event> events) {
    return events.stream().map(Event::name).toList();
  }

  @ParameterizedTest(name = "event ids {0}, on the other replica {1}")
  @CsvSource({"true,false", "true,true", "false,false", "false,true"})
  void aCallThatIsCutInTheMiddleIsResumed(boolean ids, boolean other) throws Exception {
    eventIds(ids);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }

    try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
      assertThat(names(rest.all())).containsExactly("progress-1", "answer-7");
    }
    assertThat((other ? second : first).records.resumes)
        .containsExactly(ids ? "backend" : other ? "replica" : "buffer");
    assertThat(first.records.slowClients).hasValue(0);
  }

  @ParameterizedTest(name = "event ids {0}, on the other replica {1}")
  @CsvSource({"true,false", "true,true", "false,false", "false,true"})
  void aFloodThatIsCutManyTimesHasNeitherGapNorDuplicate(boolean ids, boolean other)
      throws Exception {
    eventIds(ids);
    initialize();
    List<String> came = new ArrayList<>();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, FLOOD)) {
      List<Event> events = call.until("flood-9");
      came.addAll(names(events));
      last = events.getLast().id();
    }
    for (int cut : new int[] {100, 101, 1500, 2999}) {
      try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
        List<Event> events = rest.until("flood-" + cut);
        came.addAll(names(events));
        last = events.getLast().id();
      }
    }
    try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
      came.addAll(names(rest.all()));
    }

    assertThat(came)
        .containsExactlyElementsOf(
            Stream.concat(
                    IntStream.range(0, 3000).mapToObj(i -> "flood-" + i), Stream.of("answer-7"))
                .toList());
  }

  @Test
  void whatIsKeptIsCounted() throws Exception {
    eventIds(false);
    initialize();
    try (EventReader call = EventReader.call(first, id, 7, FLOOD)) {
      call.all();
    }
    assertThat(first.records.buffered.get()).isBetween(3_000_000L, 4_000_000L);
  }

  @Test
  void theNewestOfTwoThatResumeOneStreamWins() throws Exception {
    eventIds(false);
    initialize();
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      String last = call.until("progress-0").getLast().id();
      try (EventReader rest = EventReader.resume(first, id, last);
          EventReader newest = EventReader.resume(second, id, last)) {
        assertThat(call.all()).isEmpty();
        assertThat(names(newest.all())).containsExactly("progress-1", "answer-7");
        assertThat(rest.all()).isEmpty();
      }
    }
  }

  @Test
  void whatIsAnsweredIsNotAnsweredAgain() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.all().getLast().id();
    }
    for (RunningGateway gateway : List.of(first, second)) {
      try (EventReader rest = EventReader.resume(gateway, id, last)) {
        assertThat(rest.status()).isEqualTo(200);
        assertThat(rest.all()).isEmpty();
      }
    }
  }

  @Test
  void aReplicaThatIsGoneTakesWhatItKeptWithIt() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    first.close();

    long begun = System.nanoTime();
    try (EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(names(rest.all())).containsExactly("error-7-32603");
    }
    assertThat(System.nanoTime() - begun).isLessThan(2_000_000_000L);
    assertThat(second.records.resumes).containsExactly("lost");
  }

  @Test
  void aReplicaThatGoesWhileItIsReadLeavesAnError() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    try (EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(rest.status()).isEqualTo(200);
      first.close();
      assertThat(names(rest.all())).containsExactly("error-7-32603");
    }
  }

  @Test
  void aBackendThatDiesIsToldToWhoComesBackForItsAnswer() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    backend.close();
    for (RunningGateway gateway : List.of(first, second)) {
      try (EventReader rest = EventReader.resume(gateway, id, last)) {
        assertThat(names(rest.all())).containsExactly("error-7-32603");
      }
    }
    backend = McpBackend.start();
  }

  @Test
  void aBufferAnswersToItsConnectionOnly() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    initialize();
    long before = seen();
    for (RunningGateway gateway : List.of(first, second)) {
      try (EventReader rest = EventReader.resume(gateway, id, last)) {
        assertThat(names(rest.all())).containsExactly("error-7-32603");
      }
      assertThat(gateway.records.resumes).containsExactly("lost");
    }
    assertThat(seen()).isEqualTo(before);
  }

  @Test
  void aForgedReplicaIsAskedNothing() throws Exception {
    eventIds(false);
    initialize();
    try (ScriptedBackend stranger = new ScriptedBackend("HTTP/1.1 200 OK\r\n\r\n")) {
      String address =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(
                  ("nonce 127.0.0.1 " + stranger.endpoint().getPort() + "0123456789abcdef")
                      .getBytes(UTF_8));
      long before = seen();
      try (EventReader rest = EventReader.resume(first, id, "b." + address + ".1-Nw.0")) {
        assertThat(names(rest.all())).containsExactly("error-7-32603");
      }
      assertThat(stranger.requests()).isZero();
      assertThat(seen()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "1_2", "b.x", "..", "1.Nw", "999999999999.Nw.1"})
  void whatNoGatewayGaveIsRefused(String lastEventId) {
    long before = seen();
    try (EventReader rest = EventReader.resume(first, id, lastEventId)) {
      assertThat(rest.status()).isEqualTo(400);
    }
    assertThat(seen()).isEqualTo(before);
  }

  @Test
  void whatABackendForgotIsLostAlthoughItsNextSessionCountsAlike() throws Exception {
    eventIds(true);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    backend.forgetSessions();
    try (EventReader other = EventReader.call(first, id, 8, SLEEP)) {
      assertThat(other.until("progress-0").getLast().id()).startsWith("1~1.");
    }

    try (EventReader rest = EventReader.resume(first, id, last)) {
      assertThat(names(rest.all())).containsExactly("error-7-32603");
    }
    assertThat(first.records.resumes).containsExactly("lost");
  }

  @Test
  void theRestThatABackendDoesNotHaveIsLost() {
    try (EventReader rest = EventReader.resume(first, id, "1.Nw.99_1")) {
      assertThat(names(rest.all())).containsExactly("error-7-32603");
    }
    try (EventReader rest = EventReader.resume(first, id, "5.Nw.99_1")) {
      assertThat(names(rest.all())).containsExactly("error-7-32603");
    }
    assertThat(first.records.resumes).containsExactly("lost", "lost");
  }

  @Test
  void aStrangerAtTheReplicasAddressIsNotBelieved() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    int port = first.port();
    first.close();
    try (FloodingBackend stranger = new FloodingBackend(port);
        EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(names(rest.all())).containsExactly("error-7-32603");
      await().untilAsserted(() -> assertThat(stranger.open()).isZero());
      assertThat(stranger.written()).as("it was asked").isPositive();
    }
  }

  @Test
  void nobodyButAReplicaMayAskForWhatIsKept() {
    try (RawClient stranger = first.connect()) {
      stranger.send("GET /.gateway/streams HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(stranger.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void moreThanTheBoundIsLostHonestly() throws Exception {
    first.close();
    Limits limits = Limits.DEFAULT;
    first =
        new RunningGateway(
                new Limits(
                    limits.headerBytes(),
                    limits.bodyBytes(),
                    limits.headerTimeout(),
                    limits.bodyTimeout(),
                    limits.connections(),
                    limits.requestsPerUser(),
                    limits.streamsPerUser(),
                    limits.connectTimeout(),
                    100,
                    limits.bufferBytesOfSession(),
                    limits.bufferBytes()),
                Pace.DEFAULT,
                second.connections)
            .serve(backend.endpoint());
    eventIds(false);
    initialize();
    String early;
    String late;
    try (EventReader call = EventReader.call(first, id, 7, FLOOD)) {
      early = call.until("flood-2").getLast().id();
      late = call.until("flood-2950").getLast().id();
      call.all();
    }
    for (RunningGateway gateway : List.of(first, second)) {
      try (EventReader rest = EventReader.resume(gateway, id, early)) {
        assertThat(names(rest.all())).containsExactly("error-7-32603");
      }
      try (EventReader rest = EventReader.resume(gateway, id, late)) {
        assertThat(rest.all()).hasSize(50);
      }
    }
    assertThat(first.records.resumes).containsExactly("lost", "buffer");
    assertThat(second.records.resumes).containsExactly("lost", "replica");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallThatDrainsIsResumedAtTheBackendThatHasIt(boolean other) throws Exception {
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
      first.serve(backend.endpoint("127.0.0.2"), 2);
      second.serve(backend.endpoint("127.0.0.2"), 2);
      client.call(first.endpoint(), id, 8, "count", "{}");
    }

    try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
      assertThat(names(rest.all())).containsExactly("progress-1", "answer-7");
    }
  }

  @Test
  void aBackendThatHasDrainedIsNotAskedAnyMore() throws Exception {
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
      first.serve(backend.endpoint("127.0.0.2"), 2);
    }
    first.now = RunningGateway.START.plusSeconds(120); // the drain of the template
    long before = seen();

    try (EventReader rest = EventReader.resume(first, id, last)) {
      assertThat(names(rest.all())).containsExactly("error-7-32603");
    }
    assertThat(seen()).isEqualTo(before);
  }

  @Test
  void theGetStreamGoesOnWhereItsBackendKnowsTheEventAndIsLiveElsewhere() throws Exception {
    String last;
    try (EventReader stream = EventReader.open(first, id)) {
      await().untilAsserted(() -> assertThat(backend.report().getInteger("getStreams")).isOne());
      backend.announce("notifications/tools/list_changed", new JsonObject());
      last = stream.next().orElseThrow().id();
    }
    await().untilAsserted(() -> assertThat(backend.report().getInteger("getStreams")).isZero());
    backend.announce("notifications/prompts/list_changed", new JsonObject());

    try (EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(rest.next().orElseThrow().message().get("method").asText())
          .isEqualTo("notifications/prompts/list_changed");
    }
    await().untilAsserted(() -> assertThat(backend.report().getInteger("getStreams")).isZero());
    second.serve(backend.endpoint("127.0.0.2"), 2);
    second.now = RunningGateway.START.plusSeconds(120); // the drain is over
    try (EventReader rest = EventReader.resume(second, id, last)) {
      await()
          .untilAsserted(
              () -> assertThat(backend.report("127.0.0.2").getInteger("getStreams")).isOne());
      client.call(second.endpoint(), id, 9, "emit", "{\"events\":1}");
      assertThat(rest.next().orElseThrow().message().get("method").asText())
          .isEqualTo("notifications/tools/list_changed");
    }
    assertThat(second.records.resumes).containsExactly("backend", "live");
  }

  @Test
  void whoHasLostAccessGetsNothingMoreOfWhatAnotherReplicaKeeps() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call =
        EventReader.call(
            first,
            id,
            7,
            "{\"name\":\"sleep\",\"arguments\":{\"millis\":60000},"
                + "\"_meta\":{\"progressToken\":1}}")) {
      last = call.until("progress-0").getLast().id();
    }
    second.tokenExpiry = RunningGateway.START.plusSeconds(1);
    try (EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(rest.status()).isEqualTo(200);
      second.now = RunningGateway.START.plusSeconds(62); // and the leeway
      assertThat(names(rest.all())).containsExactly("error-7-32000");
    }
    first.now = second.now;
    second.tokenExpiry = Caller.NEVER;
    try (EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(rest.status()).as("it is kept").isEqualTo(200);
      second.sessions.template(RunningGateway.RESOURCE, null);
      second.sessions.tell(new Change.TemplateChanged());
      assertThat(names(rest.all())).containsExactly("error-7-32000");
    }
    assertThat(second.records.resumes).containsExactly("replica", "replica");
  }

  @Test
  void anIdThatHasEndedResumesNothing() throws Exception {
    eventIds(false);
    initialize();
    String last;
    try (EventReader call = EventReader.call(first, id, 7, SLEEP)) {
      last = call.until("progress-0").getLast().id();
    }
    client.delete(first.endpoint(), id);

    for (RunningGateway gateway : List.of(first, second)) {
      try (EventReader rest = EventReader.resume(gateway, id, last)) {
        assertThat(rest.status()).isEqualTo(404);
      }
    }
  }
}
