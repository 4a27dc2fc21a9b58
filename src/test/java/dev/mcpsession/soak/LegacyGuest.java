package dev.mcpsession.soak;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import dev.mcpsession.replicas.McpStream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A user with a client of the legacy era who comes, listens, calls, answers what is asked, loses
 * connections and resumes, and goes.
 */
final class LegacyGuest extends Guest {
  /** Until a replica knows of what happened on another. */
  private static final Duration HEARD = Duration.ofSeconds(5);

  LegacyGuest(Part part) {
    super(part);
  }

  @Override
  McpHttp client() {
    return part.all().client(part.user(), part.template());
  }

  @Override
  void visit(McpHttp client, BooleanSupplier stopping) {
    String[] id = new String[1];
    attempts.run("initialize", () -> id[0] = initialize(client));
    if (id[0] == null) {
      return;
    }
    String session = id[0];
    try (Listening listening = new Listening(client, session)) {
      int actions = 1 + random.nextInt(6);
      for (int i = 0; i < actions && !stopping.getAsBoolean(); i++) {
        switch (random.nextInt(5)) {
          case 0 -> attempts.run("call", () -> call(client, session, "whoami", "{}", false));
          case 1 -> attempts.run("streamed call", () -> sleep(client, session, false));
          case 2 -> attempts.run("resumed call", () -> sleep(client, session, true));
          case 3 -> attempts.run("elicitation", () -> elicit(client, session));
          default -> attempts.run("log level", () -> level(client, session));
        }
        attempts.run("GET stream", listening::renew);
      }
    }
    if (random.nextBoolean()) {
      attempts.run("end", () -> end(client, session));
    }
  }

  private String initialize(McpHttp client) throws IOException, InterruptedException {
    Answer answer =
        post(
            client,
            null,
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s",
             "capabilities":{"elicitation":{}},"clientInfo":{"name":"guest","version":"1"}}}
            """
                .formatted(McpHttp.PROTOCOL));
    Attempts.check(answer.message().contains("\"result\""), "initialize: " + answer.body());
    String id = answer.sessionId().orElseThrow();
    post(client, id, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return id;
  }

  private void level(McpHttp client, String id) throws IOException, InterruptedException {
    Answer answer =
        post(
            client,
            id,
            """
            {"jsonrpc":"2.0","id":%d,"method":"logging/setLevel","params":{"level":"%s"}}
            """
                .formatted(nextId(), random.nextBoolean() ? "debug" : "warning"));
    Attempts.check(answer.message().contains("\"result\""), "setLevel: " + answer.body());
  }

  private void end(McpHttp client, String id) throws IOException, InterruptedException {
    Answer answer = client.delete(endpoint(), id);
    for (int i = 0; i < 60 && answer.http().headers().firstValue("Retry-After").isPresent(); i++) {
      Attempts.pause(PAUSE);
      answer = client.delete(endpoint(), id);
    }
    Attempts.check(answer.status() < 300, "DELETE: " + answer.status() + " " + answer.body());
    // The other replicas hear of it by their watch.
    await()
        .atMost(HEARD)
        .untilAsserted(
            () -> {
              Answer after = client.call(endpoint(), id, nextId(), "whoami", "{}");
              Attempts.check(after.status() == 404, "after DELETE: " + after.status());
            });
  }

  private void sleep(McpHttp client, String id, boolean cut)
      throws IOException, InterruptedException {
    int millis = 500 + random.nextInt(LONGEST_CALL_MILLIS);
    List<JsonObject> messages =
        call(client, id, "sleep", "{\"millis\":" + millis + "}", cut).messages();
    Set<Integer> progress = new HashSet<>();
    messages.stream()
        .filter(it -> "notifications/progress".equals(it.getString("method")))
        .map(it -> it.getJsonObject("params").getInteger("progress"))
        .forEach(it -> Attempts.check(progress.add(it), "progress " + it + " came twice"));
  }

  private void elicit(McpHttp client, String id) throws IOException, InterruptedException {
    LegacyCall call = begin(client, id, "test_elicitation", "{\"message\":\"who?\"}");
    call.until("elicitation/create");
    Object asked = call.message("elicitation/create").orElseThrow().getValue("id");
    Attempts.pause(Duration.ofMillis(random.nextInt(2_000)));
    Answer answer =
        post(
            client,
            id,
            new JsonObject()
                .put("jsonrpc", "2.0")
                .put("id", asked)
                .put("result", new JsonObject().put("action", "decline"))
                .encode());
    Attempts.check(answer.status() == 202, "answer to an elicitation: " + answer.status());
    call.untilAnswered();
    Attempts.check(call.result().encode().contains("action=decline"), "elicited: " + call.result());
  }

  private LegacyCall call(McpHttp client, String id, String tool, String arguments, boolean cut)
      throws IOException, InterruptedException {
    LegacyCall call = begin(client, id, tool, arguments);
    if (cut) {
      call.loseConnection();
    }
    call.untilAnswered();
    call.result();
    return call;
  }

  private LegacyCall begin(McpHttp client, String id, String tool, String arguments)
      throws IOException, InterruptedException {
    return LegacyCall.begin(client, this::endpoint, id, nextId(), tool, arguments);
  }

  /** Comes back if it is asked to. */
  private Answer post(McpHttp client, String id, String message)
      throws IOException, InterruptedException {
    Answer answer = client.post(endpoint(), id, message);
    for (int i = 0; i < 20 && answer.http().headers().firstValue("Retry-After").isPresent(); i++) {
      Attempts.pause(PAUSE);
      answer = client.post(endpoint(), id, message);
    }
    return answer;
  }

  /** The stream of what the server says by itself, opened again whenever it has ended. */
  private final class Listening implements AutoCloseable {
    private final McpHttp client;
    private final String id;
    private Optional<McpStream> stream = Optional.empty();

    Listening(McpHttp client, String id) {
      this.client = client;
      this.id = id;
    }

    void renew() throws IOException, InterruptedException {
      if (stream.isPresent() && !stream.get().end().isDone()) {
        return;
      }
      String last = stream.flatMap(McpStream::lastEventId).orElse(null);
      McpStream next = client.listen(endpoint(), id, last);
      for (int i = 0; i < 20 && next.status() == 503; i++) {
        next.close();
        Attempts.pause(PAUSE);
        next = client.listen(endpoint(), id, last);
      }
      stream = Optional.of(next);
      Attempts.check(next.status() == 200, "GET: " + next.status());
    }

    @Override
    public void close() {
      stream.ifPresent(
          it -> {
            try {
              it.close();
            } catch (IOException e) {
              // Gone anyway.
            }
          });
    }
  }
}
