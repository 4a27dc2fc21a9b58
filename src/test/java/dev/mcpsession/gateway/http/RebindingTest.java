package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import dev.mcpsession.gateway.route.Preference.Subscribe;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session id lives on when another backend serves its session. */
class RebindingTest {
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
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    backend.close();
  }

  private static String count(int id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\"tools/call\",\"params\":{\"name\":\"count\",\"arguments\":{}}}";
  }

  private Connection connection() {
    return gateway.connections.byId.get(id);
  }

  private long handshakes(String address) {
    return backend.seen().stream()
        .filter(it -> it.backend().equals(address) && it.method().equals("initialize"))
        .count();
  }

  @Test
  void theNextRequestGoesToTheNewBackendWithTheSameId() throws Exception {
    gateway.serve(backend.endpoint(NEW), 2);

    Answer answer = client.post(gateway.endpoint(), id, count(1));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.message()).contains("\"backend\":\"" + NEW + "\"");
    assertThat(connection().binding().revision()).isEqualTo(2);
    assertThat(connection().binding().endpoint()).contains(backend.endpoint(NEW));
    assertThat(connection().previous().orElseThrow().endpoint()).contains(backend.endpoint(OLD));
    assertThat(
            backend.seen().stream().filter(it -> it.backend().equals(NEW)).map(it -> it.method()))
        .containsExactly("initialize", "notifications/initialized", "tools/call");
    client.post(gateway.endpoint(), id, count(2));
    assertThat(handshakes(NEW)).isEqualTo(1);
  }

  private void remember(Preference... preferences) {
    for (Preference preference : preferences) {
      gateway.connections.remember(connection(), preference);
    }
  }

  @Test
  void theNewBackendIsToldWhatTheClientAskedTheOldOneFor() throws Exception {
    remember(new LogLevel("error"), new Subscribe("test://a"), new Subscribe("test://b"));
    gateway.serve(backend.endpoint(NEW), 2);

    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(200);

    List<String> told =
        backend.seen().stream()
            .filter(it -> it.backend().equals(NEW))
            .map(it -> it.method())
            .toList();
    assertThat(told)
        .containsExactly(
            "initialize",
            "notifications/initialized",
            "logging/setLevel",
            "resources/subscribe",
            "resources/subscribe",
            "tools/call");
  }

  private Answer ask(String method, String params) throws Exception {
    return client.post(
        gateway.endpoint(),
        id,
        "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"" + method + "\",\"params\":" + params + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "sse"})
  void whatABackendGrantedIsStoredBeforeTheClientHearsOfIt(String answers) throws Exception {
    backend.set("answers", answers);

    assertThat(ask("logging/setLevel", "{\"level\":\"error\"}").message()).contains("\"id\":8");
    assertThat(connection().preferences().logLevel()).contains("error");
    assertThat(ask("resources/subscribe", "{\"uri\":\"test://a\"}").message())
        .contains("\"result\"");
    assertThat(connection().preferences().subscriptions()).containsExactly("test://a");
    ask("resources/unsubscribe", "{\"uri\":\"test://a\"}");
    assertThat(connection().preferences().subscriptions()).isEmpty();
  }

  @Test
  void whatABackendRefusesIsNotStored() throws Exception {
    assertThat(ask("logging/setLevel", "{\"level\":\"loud\"}").message()).contains("\"error\"");
    backend.set("fault", "500").set("faultMethod", "resources/subscribe");
    assertThat(ask("resources/subscribe", "{\"uri\":\"test://a\"}").status()).isEqualTo(500);

    assertThat(connection().preferences()).isEqualTo(Preferences.NONE);
  }

  @Test
  void anApiServerThatIsSlowDelaysTheAnswerByTwoSecondsOnly() throws Exception {
    gateway.connections.storing = false;
    long begun = System.nanoTime();

    assertThat(ask("resources/subscribe", "{\"uri\":\"test://a\"}").status()).isEqualTo(200);

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(10));
  }

  @Test
  void whatIsStoredLateIsToldToTheNextBackendUnlessSomethingNewerWas() throws Exception {
    gateway.connections.storing = false;
    ask("logging/setLevel", "{\"level\":\"error\"}");
    ask("resources/subscribe", "{\"uri\":\"test://a\"}");
    gateway.connections.storing = true;
    gateway.serve(backend.endpoint(NEW), 2);
    ask("logging/setLevel", "{\"level\":\"debug\"}");
    Connection stored =
        gateway
            .connections
            .remember(connection(), new Preference.Subscribe("test://a"))
            .toCompletableFuture()
            .join()
            .orElseThrow();

    gateway.connections.unstored.forEach(it -> it.complete(Optional.of(stored)));

    await().untilAsserted(() -> assertThat(told("resources/subscribe")).isOne());
    assertThat(told("logging/setLevel")).isOne();
  }

  private long told(String method) {
    return backend.seen().stream()
        .filter(it -> it.backend().equals(NEW) && it.method().equals(method))
        .count();
  }

  @Test
  void whatTheOldBackendGrantedWhileTheIdWasBoundAnewIsToldToTheNewOneAsWell() throws Exception {
    backend.set(OLD, "delayMillis", "500").set(OLD, "answers", "json");
    CompletableFuture<Answer> late =
        client.postAsync(
            gateway.endpoint(),
            id,
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"resources/subscribe\",\"params\":"
                + "{\"uri\":\"test://late\"}}");
    await().until(() -> backend.seen().getLast().method().equals("resources/subscribe"));
    gateway.serve(backend.endpoint(NEW), 2);
    assertThat(client.post(gateway.endpoint(), id, count(1)).message()).contains(NEW);

    assertThat(late.join().status()).isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThat(backend.seen())
                    .anyMatch(
                        it ->
                            it.backend().equals(NEW) && it.method().equals("resources/subscribe")));
  }

  @Test
  void aBackendThatRefusesSomeOfThatIsBoundAllTheSame() throws Exception {
    remember(new LogLevel("none that there is"), new Subscribe("test://a"));
    backend.set(NEW, "fault", "500").set(NEW, "faultMethod", "resources/subscribe");
    gateway.serve(backend.endpoint(NEW), 2);

    assertThat(client.post(gateway.endpoint(), id, count(1)).message()).contains(NEW);

    assertThat(gateway.records.rebinds).containsExactly("moved");
  }

  @Test
  void allRequestsOfAConnectionTakeOneFlight() {
    backend.set(NEW, "delayMillis", "100");
    gateway.serve(backend.endpoint(NEW), 2);

    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, 20)
            .mapToObj(i -> client.postAsync(gateway.endpoint(), id, count(i)))
            .toList();

    assertThat(answers).allSatisfy(it -> assertThat(it.join().status()).isEqualTo(200));
    assertThat(handshakes(NEW)).isEqualTo(1);
    assertThat(gateway.records.rebinds).containsExactly("moved");
  }

  @Test
  void theSlowerOfTwoReplicasTakesTheBackendSessionOfTheFaster() throws Exception {
    McpHttp other = new McpHttp(null);
    String winner =
        other.initialize(backend.endpoint(NEW)).http().headers().firstValue("Mcp-Session-Id").get();
    other.close();
    gateway.serve(backend.endpoint(NEW), 2);
    gateway.connections.faster =
        new Binding(2, Optional.of(winner), Optional.of(backend.endpoint(NEW)));

    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(200);

    assertThat(gateway.records.rebinds).containsExactly("lost");
    assertThat(backend.seen().getLast().headers()).containsKey("mcp-session-id");
    await().untilAsserted(() -> assertThat(backend.report(NEW).getInteger("sessions")).isOne());
    assertThat(connection().binding().backendSessionId()).contains(winner);
  }

  @Test
  void aBackendSessionWhoseWriteIsNotAnsweredIsNeitherEndedNorUsedUntilItIs() throws Exception {
    gateway.serve(backend.endpoint(NEW), 2);
    gateway.connections.lost.set(2);

    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(200);

    assertThat(gateway.connections.rebinds).hasValue(3);
    assertThat(handshakes(NEW)).isOne();
    assertThat(gateway.records.rebinds).containsExactly("moved");
    assertThat(backend.report(NEW).getInteger("sessions")).isOne();
  }

  @Test
  void whoDoesNotGetToKnowInTimeWhetherItIsWrittenIsToldThatTheApiServerIsAway() throws Exception {
    startWithPatience(Duration.ofSeconds(2));
    gateway.serve(backend.endpoint(NEW), 2);
    gateway.connections.lost.set(Integer.MAX_VALUE);

    Answer answer = client.post(gateway.endpoint(), id, count(1));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.message()).contains("The Kubernetes API server does not answer");
    gateway.connections.lost.set(0);
    assertThat(client.post(gateway.endpoint(), id, count(2)).status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(backend.report(NEW).getInteger("sessions")).isOne());
  }

  @Test
  void anIdThatEndsMeanwhileIsUnknown() throws Exception {
    gateway.serve(backend.endpoint(NEW), 2);
    Connection connection = connection();
    gateway.connections.byId.remove(id);
    gateway.connections.lookup = new Lookup.Found(connection);

    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(404);

    assertThat(gateway.records.rebinds).containsExactly("gone");
    await().untilAsserted(() -> assertThat(backend.report(NEW).getInteger("sessions")).isZero());
  }

  @Test
  void aBackendThatBeginsNoSessionIsA503() throws Exception {
    backend.set(NEW, "fault", "500");
    gateway.serve(backend.endpoint(NEW), 2);

    Answer answer = client.post(gateway.endpoint(), id, count(1));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.http().headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.message()).contains("did not begin a session");
    assertThat(gateway.records.rebinds).containsExactly("failed");
  }

  @Test
  void aSessionWhoseBeginningFailsHalfwayIsEndedAtTheBackend() throws Exception {
    backend.set(NEW, "fault", "500").set(NEW, "faultMethod", "notifications/initialized");
    gateway.serve(backend.endpoint(NEW), 2);

    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(503);

    assertThat(handshakes(NEW)).isEqualTo(1);
    await().untilAsserted(() -> assertThat(backend.report(NEW).getInteger("sessions")).isZero());
  }

  @Test
  void aNewBackendThatIsGoneAlreadyLeadsToALiveRead() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      gateway.serve(URI.create("http://127.0.0.1:" + free.getLocalPort() + "/mcp"), 2);
    }
    gateway.sessions.live(RunningGateway.served(backend.endpoint(NEW), 3));

    assertThat(client.post(gateway.endpoint(), id, count(1)).message()).contains(NEW);
    assertThat(connection().binding().revision()).isEqualTo(3);
  }

  @Test
  void aNewBackendThatHangsHoldsUpNobodyForEver() throws Exception {
    startWithPatience(Duration.ofSeconds(2));
    backend.set(NEW, "fault", "hang").set(NEW, "faultTimes", "1");
    gateway.serve(backend.endpoint(NEW), 2);

    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(503);
    assertThat(client.post(gateway.endpoint(), id, count(2)).status()).isEqualTo(200);
    assertThat(gateway.records.rebinds).containsExactly("failed", "moved");
  }

  /** The gateway anew, with an id. */
  private void startWithPatience(Duration silent) throws Exception {
    gateway.close();
    Pace pace =
        new Pace(
            silent,
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1));
    gateway = new RunningGateway(Limits.DEFAULT, pace).serve(backend.endpoint(OLD), 1);
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @Test
  void aCacheThatIsBehindIsReadLive() throws Exception {
    gateway.connections.byId.put(
        id, FakeConnections.with(connection(), new Binding(2, Optional.empty(), Optional.empty())));
    backend.set(NEW, "sessions", "false");
    gateway.sessions.live(RunningGateway.served(backend.endpoint(NEW), 2));

    assertThat(client.post(gateway.endpoint(), id, count(1)).message()).contains(NEW);
    assertThat(gateway.sessions.liveReads).hasValue(1);
    assertThat(gateway.connections.rebinds).hasValue(0);
  }

  @Test
  void whileTheApiServerIsAwayAnIdThatNobodyKnowsIsWorthAnotherTry() throws Exception {
    gateway.connections.lookup = new Lookup.ApiAway();

    Answer answer = client.post(gateway.endpoint(), id, count(1));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.http().headers().firstValue("Retry-After")).isPresent();
    gateway.connections.lookup = new Lookup.SignInAgain();
    assertThat(client.post(gateway.endpoint(), id, count(1)).status()).isEqualTo(401);
  }
}
