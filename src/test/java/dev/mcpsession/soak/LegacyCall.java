package dev.mcpsession.soak;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpStream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A call whose answer is followed over as many connections as it takes. */
final class LegacyCall {
  /** Beyond it a client hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(80);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final McpHttp client;
  private final Supplier<URI> endpoint;
  private final String sessionId;
  private final int id;
  private final Instant deadline = Instant.now().plus(PATIENCE);
  private final List<JsonObject> before = new ArrayList<>();
  private McpStream stream;
  private Optional<String> lastEventId = Optional.empty();

  private LegacyCall(
      McpHttp client, Supplier<URI> endpoint, String sessionId, int id, McpStream stream) {
    this.client = client;
    this.endpoint = endpoint;
    this.sessionId = sessionId;
    this.id = id;
    this.stream = stream;
  }

  /**
   * Returns once the answer has begun.
   *
   * @param endpoint asked for each connection
   */
  static LegacyCall begin(
      McpHttp client,
      Supplier<URI> endpoint,
      String sessionId,
      int id,
      String tool,
      String arguments)
      throws IOException, InterruptedException {
    String message =
        """
        {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":%s,
         "_meta":{"progressToken":"p%d"}}}
        """
            .formatted(id, tool, arguments, id);
    McpStream stream = client.stream(endpoint.get(), sessionId, message);
    for (int i = 0; i < 20 && (stream.status() == 503 || stream.status() == 429); i++) {
      stream.close();
      Attempts.pause(PAUSE);
      stream = client.stream(endpoint.get(), sessionId, message);
    }
    Attempts.check(stream.status() == 200, tool + " was answered with status " + stream.status());
    return new LegacyCall(client, endpoint, sessionId, id, stream);
  }

  /** As soon as the server has said something, so that there is something to resume from. */
  void loseConnection() throws IOException, InterruptedException {
    while (stream.lastEventId().isEmpty() && !stream.end().isDone()) {
      step();
    }
    stream.close();
  }

  /** Until the server has sent this request. */
  void until(String method) throws IOException, InterruptedException {
    while (message(method).isEmpty() && answer().isEmpty()) {
      step();
    }
    Attempts.check(message(method).isPresent(), "answered without " + method + ": " + messages());
  }

  void untilAnswered() throws IOException, InterruptedException {
    while (answer().isEmpty()) {
      step();
    }
    stream.close();
    long answers = messages().stream().filter(this::isAnswer).count();
    Attempts.check(answers == 1, answers + " answers: " + messages());
  }

  /** What came of it; fails with its error. */
  JsonObject result() {
    JsonObject answer = answer().orElseThrow();
    Attempts.check(answer.containsKey("result"), "answered with " + answer);
    return answer;
  }

  Optional<JsonObject> message(String method) {
    return messages().stream().filter(it -> method.equals(it.getString("method"))).findFirst();
  }

  /** All that came, over all connections. */
  List<JsonObject> messages() {
    List<JsonObject> all = new ArrayList<>(before);
    stream.messages().stream().map(JsonObject::new).forEach(all::add);
    return all;
  }

  private Optional<JsonObject> answer() {
    return messages().stream().filter(this::isAnswer).findFirst();
  }

  private boolean isAnswer(JsonObject message) {
    return !message.containsKey("method") && Integer.valueOf(id).equals(message.getValue("id"));
  }

  /** Waits a little, and resumes if the connection has ended. */
  private void step() throws IOException, InterruptedException {
    Attempts.check(Instant.now().isBefore(deadline), "hangs: call " + id + ", " + messages());
    try {
      stream.end().get(50, MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    if (answer().isEmpty()) {
      resume();
    }
  }

  private void resume() throws IOException, InterruptedException {
    lastEventId = stream.lastEventId().or(() -> lastEventId);
    Attempts.check(lastEventId.isPresent(), "ended before the first event id");
    before.addAll(stream.messages().stream().map(JsonObject::new).toList());
    Attempts.pause(PAUSE);
    stream = client.listen(endpoint.get(), sessionId, lastEventId.orElseThrow());
    Attempts.check(
        stream.status() == 200 || stream.status() == 503,
        "resumption was answered with status " + stream.status());
  }
}
