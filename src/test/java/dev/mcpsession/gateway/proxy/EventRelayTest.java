package dev.mcpsession.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.stream.EventFramer;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of several backends feed one client. */
class EventRelayTest {
  private static final String LONG = "x".repeat(EventFramer.LONGEST_HELD + 1);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final BlockingQueue<HttpServerResponse> backends = new ArrayBlockingQueue<>(2);
  private final BlockingQueue<HttpServerResponse> clients = new ArrayBlockingQueue<>(1);
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private HttpServer backend;
  private HttpServer front;
  private BackendClient backendClient;
  private InputStream client;
  private EventRelay relay;

  @BeforeEach
  void start() throws Exception {
    backend = listening(backends);
    front = listening(clients);
    backendClient = onLoop(() -> new BackendClient(vertx, Duration.ofSeconds(2)));
    CompletableFuture<HttpResponse<InputStream>> asked =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.actualPort() + "/"))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    HttpServerResponse response = clients.poll(10, TimeUnit.SECONDS);
    relay =
        onLoop(
            () -> {
              response.writeHead();
              return new EventRelay(response, Optional.of("7"));
            });
    client = asked.get(10, TimeUnit.SECONDS).body();
  }

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** All of it is on one event loop, as in the gateway. */
  private <T> T onLoop(Callable<T> action) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        ignored -> {
          try {
            result.complete(action.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(10, TimeUnit.SECONDS);
  }

  private HttpServer listening(BlockingQueue<HttpServerResponse> requests) throws Exception {
    return onLoop(
            () ->
                vertx
                    .createHttpServer()
                    .requestHandler(it -> requests.add(it.response().setChunked(true)))
                    .listen(0, "127.0.0.1"))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  /** What a backend sends from now on goes to the client. */
  private HttpServerResponse source(String name, StreamEvents events) throws Exception {
    URI endpoint = URI.create("http://127.0.0.1:" + backend.actualPort() + "/" + name);
    CompletableFuture<BackendAnswer> answer =
        onLoop(
                () ->
                    backendClient
                        .send(endpoint, HttpMethod.GET, HttpHeaders.headers(), null)
                        .answer())
            .toCompletionStage()
            .toCompletableFuture();
    HttpServerResponse response = backends.poll(10, TimeUnit.SECONDS);
    onLoop(response::writeHead);
    BackendAnswer head = answer.get(10, TimeUnit.SECONDS);
    onLoop(() -> relay.begin(head, events, Buffer.buffer()));
    return response;
  }

  private HttpServerResponse source(String name) throws Exception {
    return source(name, new PassedEvents(true));
  }

  /** The stream goes on when a backend's ends. */
  private void keepOpen() throws Exception {
    onLoop(
        () -> {
          relay.outlivesBackends((source, broken) -> ended.add(broken ? "broken" : "complete"));
          return null;
        });
  }

  private void write(HttpServerResponse response, String text) throws Exception {
    onLoop(() -> response.write(text));
  }

  private void expect(String text) throws Exception {
    byte[] bytes = client.readNBytes(text.getBytes(StandardCharsets.UTF_8).length);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void wholeEventsOfAllBackendsReachTheClient() throws Exception {
    keepOpen();
    HttpServerResponse one = source("one");
    HttpServerResponse two = source("two");

    write(one, "data: 1\n\ndata: ");
    expect("data: 1\n\n");
    write(two, "data: 2\n\n");
    expect("data: 2\n\n");
    onLoop(() -> relay.append(Buffer.buffer("data: own\n\n"), 1));
    expect("data: own\n\n");
    write(one, "3\n\n");
    expect("data: 3\n\n");
  }

  @Test
  void nothingComesIntoTheMidstOfALongEvent() throws Exception {
    keepOpen();
    HttpServerResponse one = source("one");
    HttpServerResponse two = source("two");

    write(one, "data: " + LONG);
    expect("data: " + LONG);
    write(two, "data: 2\n\ndata: " + LONG);
    onLoop(() -> relay.append(Buffer.buffer("data: own\n\n"), 1));
    write(one, "1\n\n");
    expect("1\n\n");
    write(two, "2\n\n");
    String rest =
        new String(
            client.readNBytes(("data: 2\n\ndata: own\n\ndata: 2\n\n" + LONG).length()),
            StandardCharsets.UTF_8);
    assertThat(rest.split("\n\n"))
        .containsExactlyInAnyOrder("data: 2", "data: own", "data: " + LONG + "2");
  }

  @Test
  void aLongEventThatBreaksOffEndsBeforeTheNext() throws Exception {
    keepOpen();
    HttpServerResponse one = source("one");
    HttpServerResponse two = source("two");

    write(one, "data: " + LONG);
    expect("data: " + LONG);
    write(two, "data: 2\n\n");
    onLoop(one::reset);
    expect("\n\ndata: 2\n\n");
    await().untilAsserted(() -> assertThat(ended).containsExactly("broken"));
    onLoop(two::end);
    await().untilAsserted(() -> assertThat(ended).containsExactly("broken", "complete"));
    onLoop(
        () -> {
          relay.endHere(Buffer.buffer("data: last\n\n"), true);
          return null;
        });
    assertThat(client.readAllBytes()).asString().isEqualTo("data: last\n\n");
  }

  @Test
  void anAnsweredStreamEndsWithoutAnErrorThoughItsBackendKeepsItOpen() throws Exception {
    keepOpen();
    HttpServerResponse one =
        source("one", new RewrittenEvents(Incarnation.first(1), Optional.of("7")));
    String answer = "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n\n";

    write(one, answer);
    assertThat(client.readNBytes(answer.length())).asString().isEqualTo(answer);
    onLoop(
        () -> {
          relay.endWithError(-32603, "The MCP server was replaced.", true);
          return null;
        });

    assertThat(client.readAllBytes()).isEmpty();
  }

  @Test
  void withoutAnOwnerItEndsWithItsBackend() throws Exception {
    HttpServerResponse one = source("one");

    write(one, "data: 1\n\n");
    onLoop(one::end);

    assertThat(client.readAllBytes()).asString().isEqualTo("data: 1\n\n");
    assertThat(onLoop(() -> relay.end().result())).isEqualTo(Relay.End.COMPLETE);
  }

  @Test
  void aClientThatDoesNotReadHoldsBackAllBackends() throws Exception {
    keepOpen();
    AtomicInteger taken = new AtomicInteger();
    HttpServerResponse one = source("one", counting(taken, StreamEvents.WhenClientLeaves.CLOSE));
    HttpServerResponse two = source("two", counting(taken, StreamEvents.WhenClientLeaves.CLOSE));
    String event = "data: " + "x".repeat(30_000) + "\n\n";

    for (int i = 0; i < 2000; i++) {
      write(one, event);
      write(two, event);
    }
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(10))
        .until(() -> onLoop(() -> one.writeQueueFull() && two.writeQueueFull()));
    int held = taken.get();
    assertThat(held).isLessThan(2000);
    client.readNBytes(2000 * event.length());
    await().untilAsserted(() -> assertThat(taken).hasValueGreaterThan(held + 100));
  }

  @Test
  void whenTheClientLeavesABackendIsClosedOrReadOn() throws Exception {
    keepOpen();
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger readOn = new AtomicInteger();
    HttpServerResponse one = source("one", counting(closed, StreamEvents.WhenClientLeaves.CLOSE));
    HttpServerResponse two = source("two", counting(readOn, StreamEvents.WhenClientLeaves.READ_ON));
    onLoop(
        () -> {
          relay.clientGone(false);
          return null;
        });

    await().until(() -> onLoop(one::closed));
    write(two, "data: 2\n\n");
    await().untilAsserted(() -> assertThat(readOn).hasValue(1));
    onLoop(two::end);
    await().untilAsserted(() -> assertThat(readOn).hasValue(1001));
    assertThat(closed).hasValue(1000);
    assertThat(ended).as("of what was read on").containsExactly("complete");
  }

  /** Adds 1 for a chunk, and 1000 for the end. */
  private static StreamEvents counting(
      AtomicInteger count, StreamEvents.WhenClientLeaves whenClientLeaves) {
    PassedEvents events = new PassedEvents(false);
    return new StreamEvents() {
      @Override
      public Buffer pass(Buffer chunk) {
        Buffer ready = events.pass(chunk);
        if (ready.length() > 0) {
          count.incrementAndGet();
        }
        return ready;
      }

      @Override
      public Buffer rest() {
        return events.rest();
      }

      @Override
      public boolean betweenEvents() {
        return events.betweenEvents();
      }

      @Override
      public long count() {
        return events.count();
      }

      @Override
      public boolean isAnswered() {
        return false;
      }

      @Override
      public WhenClientLeaves whenClientLeaves() {
        return whenClientLeaves;
      }

      @Override
      public void ended(boolean broken) {
        count.addAndGet(1000);
      }
    };
  }
}
