package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.http.EventReader.Event;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.replicas.McpHttp;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GET stream whose backend gives no event ids goes on for a while when its client has left. */
class KeptGetStreamTest {
  private McpBackend backend;
  private McpBackend next;
  private RunningGateway first;
  private RunningGateway second;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start().set("eventIds", "false");
    next = McpBackend.start().set("eventIds", "false");
    start(Duration.ofSeconds(60));
    client = new McpHttp("alice");
    initialize();
  }

  private void start(Duration unread) {
    Pace pace =
        new Pace(
            Duration.ofSeconds(25),
            Duration.ofSeconds(5),
            Duration.ofMillis(600),
            Duration.ofMillis(500),
            unread,
            Duration.ofSeconds(1));
    FakeConnections connections = new FakeConnections();
    first = new RunningGateway(Limits.DEFAULT, pace, connections).serve(backend.endpoint());
    second = new RunningGateway(Limits.DEFAULT, pace, connections).serve(backend.endpoint());
  }

  /** Nobody reads a stream for a second: it ends. */
  private void restartImpatiently() throws Exception {
    first.close();
    second.close();
    start(Duration.ofSeconds(1));
    initialize();
  }

  private void initialize() throws Exception {
    id = client.initialize(first.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    first.close();
    second.close();
    backend.close();
    next.close();
  }

  private static void say(McpBackend at, String name) {
    at.announce("notifications/message", new JsonObject().put("logger", name));
  }

  private static String name(EventReader reader) {
    return reader.next().orElseThrow(() -> new AssertionError("it has ended")).name();
  }

  private static int streams(McpBackend of) {
    return of.report().getInteger("getStreams");
  }

  private long gets() {
    return backend.seen().stream().filter(it -> it.httpMethod().equals("GET")).count();
  }

  /** A client that has got this one event, and has left; the id of that event. */
  private String left(String name) {
    String last;
    try (EventReader stream = EventReader.open(first, id)) {
      say(backend, name);
      Event event = stream.next().orElseThrow();
      assertThat(event.name()).isEqualTo(name);
      last = event.id();
    }
    await().untilAsserted(() -> assertThat(first.activity.present).hasValue(0));
    return last;
  }

  private void promote() {
    for (RunningGateway gateway : List.of(first, second)) {
      gateway.promote(next.endpoint(), 2);
    }
  }

  private void assertNothingIsLeft() {
    await()
        .untilAsserted(
            () -> {
              assertThat(streams(backend) + streams(next)).isZero();
              assertThat(first.records.buffered).hasValue(0);
              assertThat(first.sessions.subscriptions()).isZero();
              assertThat(first.activity.present).hasValue(0);
              assertThat(first.records.streams).hasValue(0);
            });
  }

  @ParameterizedTest(name = "on the other replica {0}")
  @ValueSource(booleans = {true, false})
  void whatCameMeanwhileIsReplayedAndWhatFollowsComesLive(boolean other) {
    String last = left("a");
    assertThat(last).startsWith("b.");
    assertThat(streams(backend)).as("it goes on").isOne();
    say(backend, "b");
    say(backend, "c");

    RunningGateway at = other ? second : first;
    try (EventReader rest = EventReader.resume(at, id, last)) {
      assertThat(name(rest)).isEqualTo("b");
      Event event = rest.next().orElseThrow();
      assertThat(event.name()).isEqualTo("c");
      assertThat(at.activity.present).as("it counts again").hasValue(1);
      say(backend, "d");
      assertThat(name(rest)).isEqualTo("d");
      last = event.id();
    }
    try (EventReader rest = EventReader.resume(at, id, last)) {
      assertThat(name(rest)).isEqualTo("d");
    }
    assertThat(gets()).as("the backend saw one client only").isOne();
    String outcome = other ? "replica" : "buffer";
    assertThat(at.records.resumes).containsExactly(outcome, outcome);
  }

  @ParameterizedTest(name = "on the other replica {0}")
  @ValueSource(booleans = {true, false})
  void whoComesBackTakesThePlaceOfAConnectionThatIsStillOpen(boolean other) {
    try (EventReader stream = EventReader.open(first, id)) {
      say(backend, "a");
      String last = stream.next().orElseThrow().id();
      say(backend, "b");
      try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
        assertThat(name(rest)).isEqualTo("b");
        assertThat(stream.all()).extracting(Event::name).isSubsetOf("b");
        say(backend, "c");
        assertThat(name(rest)).isEqualTo("c");
        try (EventReader newest = EventReader.resume(first, id, last)) {
          assertThat(name(newest)).isEqualTo("b");
          assertThat(rest.all()).isEmpty();
          assertThat(name(newest)).isEqualTo("c");
        }
      }
    }
    assertThat(gets()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "refuse"})
  void withoutAnEventIdTheNewestStreamWins(String secondGetStream) throws Exception {
    backend.set("secondGetStream", secondGetStream);
    initialize();
    String last = left("a");
    say(backend, "b");

    try (EventReader live = EventReader.open(first, id)) {
      assertThat(live.status()).isEqualTo(200);
      await().untilAsserted(() -> assertThat(streams(backend)).isOne());
      say(backend, "c");
      assertThat(name(live)).isEqualTo("c");

      try (EventReader late = EventReader.resume(first, id, last)) {
        assertThat(live.all()).isEmpty();
        say(backend, "d");
        assertThat(name(late)).isEqualTo("d");
      }
      assertThat(first.records.resumes).containsExactly("live");
    }
  }

  @Test
  void anotherReplicaThatTakesTheStreamEndsWhatWentOnWithoutAClient() {
    String unused = left("a");
    first.connections.streamTaken.accept(
        first.connections.byId.get(id).name()); // as the watch of its object tells
    assertNothingIsLeft();
  }

  @ParameterizedTest(name = "on the other replica {0}")
  @ValueSource(booleans = {true, false})
  void anEventOfAnotherConnectionIsNobodysHere(boolean other) throws Exception {
    String last = left("a");
    initialize();
    RunningGateway at = other ? second : first;
    try (EventReader live = EventReader.resume(at, id, last)) {
      await().untilAsserted(() -> assertThat(streams(backend)).isEqualTo(2));
      say(backend, "b");
      assertThat(name(live)).isEqualTo("b");
    }
    assertThat(at.records.resumes).containsExactly("live");
  }

  @Test
  void aReplicaThatIsGoneLeavesTheLiveEvents() {
    String last = left("a");
    first.close();
    try (EventReader live = EventReader.resume(second, id, last)) {
      await().untilAsserted(() -> assertThat(streams(backend)).isOne());
      say(backend, "b");
      assertThat(name(live)).isEqualTo("b");
    }
    assertThat(second.records.resumes).containsExactly("live");
  }

  @ParameterizedTest(name = "on the other replica {0}")
  @ValueSource(booleans = {true, false})
  void aPromotionIsFollowedWithoutAClient(boolean other) {
    String last = left("a");
    promote();
    await().untilAsserted(() -> assertThat(streams(next)).isOne());
    say(backend, "b");
    await().untilAsserted(() -> assertThat(first.records.buffered.get()).isGreaterThan(200));
    say(next, "c");

    try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
      assertThat(name(rest)).isEqualTo("b");
      assertThat(name(rest)).isEqualTo("c");
      first.now = RunningGateway.START.plusSeconds(120); // the end of the drain
      second.now = first.now;
      await().untilAsserted(() -> assertThat(streams(backend)).isZero());
      say(next, "d");
      assertThat(name(rest)).isEqualTo("d");
    }
    assertThat(first.sessions.demands).as("nothing was woken for it").hasValueLessThan(6);
  }

  @Test
  void longEventsOfTwoBackendsAreNumberedOneAfterTheOther() {
    List<String> came = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    String long1 = "1".repeat(70_000);
    String long2 = "2".repeat(70_000);
    try (EventReader stream = EventReader.open(first, id)) {
      say(backend, "a");
      ids.add(stream.next().orElseThrow().id());
      promote();
      await().untilAsserted(() -> assertThat(streams(next)).isOne());
      for (int i = 0; i < 2; i++) {
        say(backend, long1);
        say(next, long2);
        say(next, "short");
      }
      for (int i = 0; i < 6; i++) {
        Event event = stream.next().orElseThrow();
        came.add(event.name());
        ids.add(event.id());
      }
    }
    assertThat(came).containsOnly(long1, long2, "short");
    assertThat(ids.stream().map(it -> Long.parseLong(it.substring(it.lastIndexOf('.') + 1))))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    try (EventReader rest = EventReader.resume(first, id, ids.getFirst())) {
      assertThat(rest.next().orElseThrow().name()).isEqualTo(came.getFirst());
      for (int i = 1; i < 6; i++) {
        assertThat(name(rest)).isEqualTo(came.get(i));
      }
    }
  }

  @Test
  void afterAWhileWithoutAnybodyNothingIsLeft() throws Exception {
    restartImpatiently();
    String last = left("a");
    assertThat(first.sessions.subscriptions()).isOne();
    assertThat(first.records.buffered.get()).isPositive();

    assertNothingIsLeft();

    try (EventReader live = EventReader.resume(second, id, last)) {
      await().untilAsserted(() -> assertThat(streams(backend)).isOne());
      say(backend, "b");
      assertThat(name(live)).isEqualTo("b");
    }
    assertThat(second.records.resumes).containsExactly("live");
  }

  @ParameterizedTest(name = "on the other replica {0}")
  @ValueSource(booleans = {true, false})
  void whileSomebodyReadsItGoesOn(boolean other) throws Exception {
    restartImpatiently();
    String last = left("a");
    try (EventReader rest = EventReader.resume(other ? second : first, id, last)) {
      await()
          .during(Duration.ofMillis(2500))
          .atMost(Duration.ofSeconds(10))
          .until(() -> streams(backend) == 1);
      say(backend, "b");
      assertThat(name(rest)).isEqualTo("b");
    }
    assertNothingIsLeft();
    assertThat(gets()).isOne();
  }

  @Test
  void aNewTokenGoesOnWhereTheOldOneExpired() {
    first.tokenExpiry = RunningGateway.START.plusSeconds(1);
    try (EventReader stream = EventReader.open(first, id)) {
      say(backend, "a");
      String last = stream.next().orElseThrow().id();
      first.now = RunningGateway.START.plusSeconds(62); // and the leeway
      assertThat(stream.all()).isEmpty();
      say(backend, "b");

      first.tokenExpiry = Caller.NEVER;
      try (EventReader rest = EventReader.resume(first, id, last)) {
        assertThat(name(rest)).isEqualTo("b");
        first.sessions.template(RunningGateway.RESOURCE, null);
        first.sessions.tell(new Change.TemplateChanged());
        assertThat(rest.all()).isEmpty();
      }
    }
  }

  @Test
  void theEndOfTheIdEndsIt() throws Exception {
    String unused = left("a");
    client.delete(first.endpoint(), id);
    assertNothingIsLeft();
  }

  @Test
  void theEndOfTheSessionEndsIt() {
    String unused = left("a");
    first.sessions.tell(new Change.Ended(false));
    assertNothingIsLeft();
  }

  @Test
  void aBackendThatHasForgottenAnIdEndedElsewhereEndsIt() {
    String unused = left("a");
    first.connections.byId.remove(id);
    backend.forgetSessions();
    promote();
    assertNothingIsLeft();
  }

  @Test
  void aReplicaThatStopsSendsItsReadersAway() {
    String last = left("a");
    try (RawClient here = first.connect();
        RawClient there = second.connect()) {
      String head = "Mcp-Session-Id: " + id + "\r\nLast-Event-ID: " + last + "\r\n";
      here.request("GET", "alice", head).readUntil("\r\n\r\n");
      there.request("GET", "alice", head).readUntil("\r\n\r\n");
      var closed = first.server.close();

      assertThat(there.readUntil("0\r\n\r\n")).contains("retry: 1000\n\n");
      await().untilAsserted(() -> assertThat(closed.toCompletableFuture()).isCompleted());
    }
    assertNothingIsLeft();
  }

  @Test
  void aStreamOnWhichNothingHasComeEndsWithItsClient() {
    try (EventReader stream = EventReader.open(first, id)) {
      assertThat(stream.status()).isEqualTo(200);
      await().untilAsserted(() -> assertThat(streams(backend)).isOne());
    }
    assertNothingIsLeft();
  }

  @Test
  void aBackendThatGivesIdsKeepsTheRestItself() throws Exception {
    next.set("eventIds", "true");
    String last;
    try (EventReader stream = EventReader.open(first, id)) {
      say(backend, "a");
      assertThat(stream.next().orElseThrow().id()).startsWith("b.");
      promote();
      await().untilAsserted(() -> assertThat(streams(next)).isOne());
      say(next, "b");
      last = stream.next().orElseThrow().id();
      assertThat(last).startsWith("2.-.");
    }
    assertNothingIsLeft();
    say(next, "c");
    try (EventReader rest = EventReader.resume(second, id, last)) {
      assertThat(name(rest)).isEqualTo("c");
    }
    assertThat(second.records.resumes).containsExactly("backend");
  }

  @Test
  void clientsThatComeAndGoAtRandomMissNothingAndGetNothingTwice() throws Exception {
    restartImpatiently();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> said = new ArrayList<>();
    List<String> came = new ArrayList<>();
    String last = left("0");
    said.add("0");
    came.add("0");
    boolean promoted = false;
    for (int round = 0; round < 30; round++) {
      if (round == 15) {
        promote();
        await().untilAsserted(() -> assertThat(streams(next)).isOne());
        promoted = true;
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        said.add(Integer.toString(said.size()));
        say(promoted ? next : backend, said.getLast());
      }
      try (EventReader rest = EventReader.resume(random.nextBoolean() ? first : second, id, last)) {
        int most = random.nextInt(5);
        for (int i = 0; i < most && came.size() < said.size(); i++) {
          Event event = rest.next().orElseThrow();
          came.add(event.name());
          last = event.id();
        }
      }
    }
    try (EventReader rest = EventReader.resume(second, id, last)) {
      while (came.size() < said.size()) {
        came.add(name(rest));
      }
    }
    assertThat(came).as("seed %d", seed).containsExactlyElementsOf(said);
    assertThat(gets()).isOne();
    assertNothingIsLeft();
  }
}
