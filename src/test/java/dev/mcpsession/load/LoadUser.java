package dev.mcpsession.load;

import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.InService;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client of one user. Its session is there from its first answer on. */
public final class LoadUser {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_OF_A_TEXT = 300;

  /** The revision of MCP that a client speaks: with session ids, or without. */
  public enum Era {
    LEGACY("2025-11-25"),
    MODERN("2026-07-28");

    private final String version;

    Era(String version) {
      this.version = version;
    }
  }

  /**
   * Who, and where.
   *
   * @param token null: none is needed
   */
  public record Identity(String name, String namespace, String template, @Nullable String token) {}

  private final Identity who;
  private final Era era;
  private final boolean keepsConnections;
  private final HttpClient http;
  private final AtomicLong lastId = new AtomicLong();
  private final AtomicInteger changedIds = new AtomicInteger();
  private volatile @Nullable String sessionId;

  /** Where its connections are, if it keeps them; null: nowhere. */
  private volatile @Nullable Replica kept;

  /**
   * Not begun yet.
   *
   * @param keepsConnections whether it stays with a replica until that one closes its connection,
   *     as clients with a pool do; otherwise each call goes to the next replica
   */
  public LoadUser(Identity who, Era era, boolean keepsConnections, Executor threads) {
    this.who = who;
    this.era = era;
    this.keepsConnections = keepsConnections;
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  }

  public String name() {
    return who.name();
  }

  public String template() {
    return who.template();
  }

  public Era era() {
    return era;
  }

  /** How many answers bore another MCP session id than the first one. */
  public int changedIds() {
    return changedIds.get();
  }

  /** What came of a call: which replica had it, and what was wrong; null: nothing. */
  record Outcome(Replica replica, @Nullable String error) {}

  /** The first request of a client: initialize, or in the modern era a list of tools. */
  CompletableFuture<Outcome> begin(InService replicas) {
    JsonObject params = new JsonObject();
    if (era == Era.MODERN) {
      return send(replicas, "tools/list", "", params).thenApply(it -> it.outcome(""));
    }
    params
        .put("protocolVersion", era.version)
        .put("capabilities", new JsonObject())
        .put("clientInfo", new JsonObject().put("name", "load").put("version", "1"));
    return send(replicas, "initialize", "", params)
        .thenCompose(
            answer -> {
              if (answer.outcome("").error() != null || answer.response() == null) {
                return CompletableFuture.completedFuture(answer.outcome(""));
              }
              sessionId =
                  answer.response().headers().firstValue("Mcp-Session-Id").orElse("none was given");
              JsonObject initialized =
                  new JsonObject().put("jsonrpc", "2.0").put("method", "notifications/initialized");
              return post(replicas, answer.replica(), "", "", initialized)
                  .thenApply(
                      it -> new Outcome(it.replica(), it.status() == 202 ? null : it.text()));
            });
  }

  /** Calls the tool {@code count} once, with a key that no other call has. */
  CompletableFuture<Outcome> count(InService replicas, String key) {
    JsonObject params =
        new JsonObject().put("name", "count").put("arguments", new JsonObject().put("key", key));
    return send(replicas, "tools/call", "count", params)
        .thenApply(answer -> answer.outcome("\"count\":1"));
  }

  private CompletableFuture<Answer> send(
      InService replicas, String method, String tool, JsonObject params) {
    if (era == Era.MODERN) {
      params.put(
          "_meta",
          new JsonObject()
              .put("io.modelcontextprotocol/protocolVersion", era.version)
              .put("io.modelcontextprotocol/clientCapabilities", new JsonObject()));
    }
    JsonObject message =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", lastId.incrementAndGet())
            .put("method", method)
            .put("params", params);
    Replica stays = kept;
    Replica chosen = stays != null && replicas.has(stays) ? stays : replicas.next();
    return post(replicas, chosen, method, tool, message);
  }

  /** A refused connection goes to another replica; nothing else is sent again. */
  private CompletableFuture<Answer> post(
      InService replicas, Replica replica, String method, String tool, JsonObject message) {
    return http.sendAsync(
            request(replica, method, tool, message), HttpResponse.BodyHandlers.ofString())
        .handle((response, failure) -> new Answer(replica, message, response, failure))
        .thenCompose(
            answer -> {
              keep(answer);
              return answer.isRefused()
                  ? again(replicas, replica, method, tool, message)
                  : CompletableFuture.completedFuture(answer);
            });
  }

  private CompletableFuture<Answer> again(
      InService replicas, Replica refused, String method, String tool, JsonObject message) {
    Replica other = replicas.otherThan(refused);
    return http.sendAsync(
            request(other, method, tool, message), HttpResponse.BodyHandlers.ofString())
        .handle((response, failure) -> new Answer(other, message, response, failure))
        .whenComplete((answer, never) -> keep(answer));
  }

  private void keep(Answer answer) {
    HttpResponse<String> response = answer.response();
    boolean closes =
        response == null
            || response
                .headers()
                .firstValue("Connection")
                .filter("close"::equalsIgnoreCase)
                .isPresent();
    kept = keepsConnections && !closes ? answer.replica() : null;
    String before = sessionId;
    if (response != null
        && before != null
        && response
            .headers()
            .firstValue("Mcp-Session-Id")
            .filter(id -> !id.equals(before))
            .isPresent()) {
      changedIds.incrementAndGet();
    }
  }

  private HttpRequest request(Replica replica, String method, String tool, JsonObject message) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(replica.endpoint(who.namespace(), who.template()))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", era.version)
            .POST(HttpRequest.BodyPublishers.ofString(message.encode()));
    String session = sessionId;
    if (session != null) {
      request.header("Mcp-Session-Id", session);
    }
    if (who.token() != null) {
      request.header("Authorization", "Bearer " + who.token());
    }
    if (era == Era.MODERN) {
      request.header("Mcp-Method", method);
      if (!tool.isEmpty()) {
        request.header("Mcp-Name", tool);
      }
    }
    return request.build();
  }

  private record Answer(
      Replica replica,
      JsonObject request,
      @Nullable HttpResponse<String> response,
      @Nullable Throwable failure) {
    boolean isRefused() {
      Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
      return cause instanceof ConnectException;
    }

    int status() {
      return response == null ? 0 : response.statusCode();
    }

    /**
     * @param wanted what a good answer has in it
     */
    Outcome outcome(String wanted) {
      boolean good = status() == 200 && isResult() && last().contains(wanted);
      return new Outcome(replica, good ? null : text());
    }

    private boolean isResult() {
      try {
        JsonObject message = new JsonObject(last());
        return message.containsKey("result") && request.getLong("id").equals(message.getLong("id"));
      } catch (DecodeException | ClassCastException e) {
        return false;
      }
    }

    /** The document, or the data of a stream's last event. */
    private String last() {
      String body = response == null ? "" : response.body().strip();
      int data = body.lastIndexOf("data:");
      return data < 0 ? body : body.substring(data + "data:".length()).strip();
    }

    String text() {
      if (response == null) {
        return String.valueOf(failure);
      }
      String body = response.body().strip();
      return "HTTP " + status() + " " + body.substring(0, Math.min(MOST_OF_A_TEXT, body.length()));
    }
  }

  /** Its connections are closed. */
  public void close() {
    http.shutdownNow();
  }
}
