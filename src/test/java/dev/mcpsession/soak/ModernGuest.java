package dev.mcpsession.soak;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import dev.mcpsession.replicas.McpStream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A user with a client of the revision 2026-07-28 who comes, listens, calls, cancels and goes. */
final class ModernGuest extends Guest {
  private static final long PATIENCE_SECONDS = 80;

  /** Within it a stream that has begun is acknowledged. */
  private static final Duration ACKNOWLEDGED = Duration.ofSeconds(5);

  ModernGuest(Part part) {
    super(part);
  }

  @Override
  McpHttp client() {
    return McpHttp.ofModernEra(part.all().token(part.user(), part.template()));
  }

  @Override
  void visit(McpHttp client, BooleanSupplier stopping) {
    McpStream[] listening = new McpStream[1];
    int actions = 1 + random.nextInt(5);
    for (int i = 0; i < actions && !stopping.getAsBoolean(); i++) {
      if (listening[0] == null || listening[0].end().isDone()) {
        attempts.run("modern listen", () -> listening[0] = listen(client));
      }
      switch (random.nextInt(4)) {
        case 0 -> attempts.run("modern call", () -> call(client));
        case 1 -> attempts.run("modern streamed call", () -> sleep(client));
        case 2 -> attempts.run("modern cancelled call", () -> cancel(client));
        default -> attempts.run("modern elicitation", () -> elicit(client));
      }
    }
    if (listening[0] != null) {
      attempts.run("modern end", () -> end(listening[0]));
    }
  }

  private static void end(McpStream listening) throws IOException {
    await()
        .atMost(ACKNOWLEDGED)
        .until(() -> listening.end().isDone() || acknowledgements(listening) > 0);
    long acknowledged = acknowledgements(listening);
    listening.close();
    Attempts.check(acknowledged == 1, acknowledged + " acknowledgements of one listen");
  }

  private static long acknowledgements(McpStream listening) {
    return listening.messages().stream()
        .filter(it -> it.contains("notifications/subscriptions/acknowledged"))
        .count();
  }

  private McpStream listen(McpHttp client) throws IOException, InterruptedException {
    return begin(
        client,
        message(
            "subscriptions/listen",
            new JsonObject().put("notifications", new JsonObject().put("toolsListChanged", true))));
  }

  private void call(McpHttp client) throws IOException, InterruptedException {
    Answer answer = post(client, tool("whoami", new JsonObject()));
    Attempts.check(answer.message().contains("\"result\""), "whoami: " + answer.body());
  }

  private void sleep(McpHttp client)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    int millis = 500 + random.nextInt(LONGEST_CALL_MILLIS);
    JsonObject sleep = tool("sleep", new JsonObject().put("millis", millis));
    sleep.getJsonObject("params").getJsonObject("_meta").put("progressToken", "p");
    try (McpStream stream = begin(client, sleep)) {
      boolean whole = stream.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      List<String> messages = stream.messages();
      Attempts.check(
          whole && messages.size() == 3 && messages.getLast().contains("\"result\""),
          "sleep: " + messages);
    }
  }

  private void cancel(McpHttp client) throws IOException, InterruptedException {
    JsonObject sleep = tool("sleep", new JsonObject().put("millis", 60_000));
    sleep.getJsonObject("params").getJsonObject("_meta").put("progressToken", "p");
    try (McpStream stream = begin(client, sleep)) {
      Attempts.pause(Duration.ofMillis(random.nextInt(2_000)));
    }
  }

  private void elicit(McpHttp client) throws IOException, InterruptedException {
    JsonObject first = tool("test_elicitation", new JsonObject().put("message", "who?"));
    Answer asked = post(client, first);
    JsonObject result = new JsonObject(asked.message()).getJsonObject("result", new JsonObject());
    Attempts.check(
        "input_required".equals(result.getString("resultType")), "elicitation: " + asked.body());
    Attempts.pause(Duration.ofMillis(random.nextInt(2_000)));
    JsonObject again = tool("test_elicitation", new JsonObject().put("message", "who?"));
    JsonObject answers = new JsonObject();
    result
        .getJsonObject("inputRequests")
        .fieldNames()
        .forEach(key -> answers.put(key, new JsonObject().put("action", "decline")));
    again
        .getJsonObject("params")
        .put("requestState", result.getString("requestState"))
        .put("inputResponses", answers);
    Answer answer = post(client, again);
    Attempts.check(answer.message().contains("action=decline"), "elicited: " + answer.body());
  }

  private JsonObject tool(String name, JsonObject arguments) {
    return message("tools/call", new JsonObject().put("name", name).put("arguments", arguments));
  }

  private JsonObject message(String method, JsonObject params) {
    JsonObject meta =
        new JsonObject()
            .put("io.modelcontextprotocol/protocolVersion", McpHttp.MODERN)
            .put(
                "io.modelcontextprotocol/clientCapabilities",
                new JsonObject().put("elicitation", new JsonObject()));
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("id", nextId())
        .put("method", method)
        .put("params", params.put("_meta", meta));
  }

  /** Comes back if it is asked to. */
  private McpStream begin(McpHttp client, JsonObject message)
      throws IOException, InterruptedException {
    McpStream stream = client.stream(endpoint(), null, message.encode());
    for (int i = 0; i < 60 && stream.status() == 503; i++) {
      stream.close();
      Attempts.pause(PAUSE);
      stream = client.stream(endpoint(), null, message.encode());
    }
    Attempts.check(
        stream.status() == 200, message.getString("method") + ": status " + stream.status());
    return stream;
  }

  /** Comes back if it is asked to. */
  private Answer post(McpHttp client, JsonObject message) throws IOException, InterruptedException {
    Answer answer = client.post(endpoint(), null, message.encode());
    for (int i = 0; i < 60 && answer.http().headers().firstValue("Retry-After").isPresent(); i++) {
      Attempts.pause(PAUSE);
      answer = client.post(endpoint(), null, message.encode());
    }
    return answer;
  }
}
