package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end of a replica, as clients see it. */
class ShutdownTest {
  private static final int CLIENTS = 20;

  /** The last chunk: the answer is complete. */
  private static final String END = "\r\n0\r\n\r\n";

  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  private McpBackend backend;
  private RunningGateway gateway;
  private McpHttp alice;
  private String session;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start("0.0.0.0", 0);
    gateway = new RunningGateway(Limits.DEFAULT).serve(backend.endpoint());
    alice = new McpHttp("alice");
    session = alice.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    alice.close();
    gateway.close();
    backend.close();
  }

  private RawClient ping(RawClient client) {
    return client.post("alice", "Mcp-Session-Id: " + session + "\r\n", PING);
  }

  private RawClient hang(RawClient client, String meta) {
    return client.post(
        "alice",
        "Mcp-Session-Id: " + session + "\r\n",
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"sleep\","
            + "\"arguments\":{\"millis\":60000}"
            + meta
            + "}}");
  }

  /** A client that sends a request as soon as the one before was answered, on one connection. */
  private final class Caller {
    final AtomicInteger calls = new AtomicInteger();

    /** Ends when an answer says that it is the last one. */
    void run() {
      try (RawClient connection = gateway.connect()) {
        String answer;
        do {
          answer = ping(connection).readUntil("\"result\":{}}");
          assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\"result\":{}}");
          calls.incrementAndGet();
        } while (!answer.contains("connection: close"));
      }
    }
  }

  @Test
  void clientsThatGoOnCallingOnTheirConnectionsLoseNoCall() {
    List<Caller> callers = IntStream.range(0, CLIENTS).mapToObj(i -> new Caller()).toList();
    CompletableFuture<?>[] ends =
        callers.stream()
            .map(caller -> CompletableFuture.runAsync(caller::run, Thread::startVirtualThread))
            .toArray(CompletableFuture<?>[]::new);
    await().until(() -> callers.stream().allMatch(it -> it.calls.get() >= 20));
    assertThat(ends).noneMatch(CompletableFuture::isDone);
    alice.close();

    var closed = gateway.server.close().toCompletableFuture();

    CompletableFuture.allOf(ends).orTimeout(20, TimeUnit.SECONDS).join();
    closed.orTimeout(4, TimeUnit.SECONDS).join(); // before it has to end anything
  }

  @Test
  void aRequestOnAConnectionThatIsOpenIsAnsweredAndIsTheLastOnIt() {
    try (RawClient client = gateway.connect()) {
      assertThat(ping(client).readUntil("\"result\":{}}")).doesNotContainIgnoringCase("close");

      var closed = gateway.server.close().toCompletableFuture();
      awaitRefusal();

      assertThat(ping(client).readUntil("\"result\":{}}"))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("connection: close");
      assertThat(client.isClosed()).isTrue();
      alice.close();
      closed.orTimeout(3, TimeUnit.SECONDS).join();
    }
  }

  /** New connections are refused. */
  private void awaitRefusal() {
    await()
        .until(
            () -> {
              try (RawClient late = gateway.connect()) {
                return false;
              } catch (UncheckedIOException refused) {
                return refused.getCause() instanceof ConnectException;
              }
            });
  }

  @Test
  void whileItLeavesNewConnectionsAreServedOnce() {
    gateway.server.leave();

    await()
        .until(
            () -> {
              try (RawClient client = gateway.connect()) {
                String answer = ping(client).readUntil("\"result\":{}}");
                assertThat(answer).startsWith("HTTP/1.1 200");
                return answer.contains("connection: close") && client.isClosed();
              }
            });
  }

  @Test
  void aStreamThatIsOpenedLateEndsSoThatItsClientComesBack() {
    try (RawClient client = gateway.connect()) {
      ping(client).readUntil("\"result\":{}}");
      var unused = gateway.server.close();
      awaitRefusal();

      assertThat(
              client.request("GET", "alice", "Mcp-Session-Id: " + session + "\r\n").readUntil("\0"))
          .startsWith("HTTP/1.1 200")
          .contains("retry: 1000\n\n")
          .endsWith(END);
    }
  }

  @Test
  void whatIsUnderWayAtTheEndIsToldSo() {
    backend.set("answers", "json");
    try (RawClient call = gateway.connect();
        RawClient stream = gateway.connect()) {
      hang(call, "");
      await()
          .untilAsserted(
              () -> assertThat(backend.seen().getLast().method()).isEqualTo("tools/call"));
      backend.set("answers", "sse");
      hang(stream, ",\"_meta\":{\"progressToken\":1}").readUntil("progress\"");
      var closed = gateway.server.close().toCompletableFuture();

      assertThat(call.readUntil("\0"))
          .startsWith("HTTP/1.1 503")
          .contains("-32603")
          .contains("\"id\":5")
          .contains("not known");
      assertThat(stream.readUntil(END))
          .as("its client comes back for the rest, to another replica")
          .contains("retry: 1000\n\n")
          .doesNotContain("-32603");
      closed.orTimeout(5, TimeUnit.SECONDS).join();
    }
  }

  @Test
  void aStreamOfABackendWithoutEventIdsIsToldSoAsAnEvent() throws Exception {
    backend.set("eventIds", "false").set("answers", "sse");
    session = alice.initialize(gateway.endpoint()).sessionId().orElseThrow();
    try (RawClient stream = gateway.connect()) {
      hang(stream, ",\"_meta\":{\"progressToken\":1}").readUntil("progress\"");
      var unused = gateway.server.close();

      assertThat(stream.readUntil(END)).contains("\"id\":5").contains("-32603");
    }
  }

  @Test
  void aRequestThatIsWaitingForItsSessionIsToldSoAtTheEnd() {
    gateway.sessions.answer(null);
    try (RawClient call = gateway.connect()) {
      ping(call);
      await().until(() -> gateway.sessions.demands.get() > 0);
      var unused = gateway.server.close();

      assertThat(call.readUntil("\0")).startsWith("HTTP/1.1 503").contains("\"id\":1");
    }
  }
}
