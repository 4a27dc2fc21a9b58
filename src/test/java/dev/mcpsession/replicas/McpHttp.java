package dev.mcpsession.replicas;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client that sends just what a test tells it to. Its methods may be called by many threads. */
public final class McpHttp implements AutoCloseable {
  /** Of the initialize that {@link #initialize} sends. */
  public static final String PROTOCOL = "2025-11-25";

  /** Of clients of {@link #ofModernEra}. */
  public static final String MODERN = "2026-07-28";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpResponse.BodyHandler<String> BODY = HttpResponse.BodyHandlers.ofString();
  private static final HttpResponse.BodyHandler<InputStream> STREAM =
      HttpResponse.BodyHandlers.ofInputStream();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final @Nullable String token;
  private final String protocol;

  /**
   * Sends this token with each request.
   *
   * @param token null: none
   */
  public McpHttp(@Nullable String token) {
    this(token, PROTOCOL);
  }

  private McpHttp(@Nullable String token, String protocol) {
    this.token = token;
    this.protocol = protocol;
  }

  /**
   * A client of the revision 2026-07-28: each message is to have the _meta of it.
   *
   * @param token as in the constructor
   */
  public static McpHttp ofModernEra(@Nullable String token) {
    return new McpHttp(token, MODERN);
  }

  /** What came back. */
  public record Answer(
      int status, Optional<String> sessionId, String body, HttpResponse<String> http) {
    /** The JSON-RPC message in it, be it JSON or the last event of a stream. */
    public String message() {
      String text = body.strip();
      int data = text.lastIndexOf("data:");
      return data < 0 ? text : text.substring(data + "data:".length()).strip();
    }
  }

  /** Sends initialize, and once it was answered notifications/initialized. */
  public Answer initialize(URI endpoint) throws IOException, InterruptedException {
    return initialize(endpoint, "{}");
  }

  /**
   * As {@link #initialize(URI)}.
   *
   * @param capabilities of the client, as JSON
   */
  public Answer initialize(URI endpoint, String capabilities)
      throws IOException, InterruptedException {
    Answer answer =
        post(
            endpoint,
            null,
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s",
             "capabilities":%s,"clientInfo":{"name":"test","version":"1"}}}
            """
                .formatted(PROTOCOL, capabilities));
    if (answer.status() == 200 && answer.sessionId().isPresent()) {
      post(
          endpoint,
          answer.sessionId().get(),
          """
          {"jsonrpc":"2.0","method":"notifications/initialized"}
          """);
    }
    return answer;
  }

  /** Calls a tool in a session. */
  public Answer call(URI endpoint, String sessionId, int id, String tool, String arguments)
      throws IOException, InterruptedException {
    return post(
        endpoint,
        sessionId,
        """
        {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":%s}}
        """
            .formatted(id, tool, arguments));
  }

  /**
   * Sends a message.
   *
   * @param sessionId null: none
   */
  public Answer post(URI endpoint, @Nullable String sessionId, String json)
      throws IOException, InterruptedException {
    return answer(http.send(request(endpoint, sessionId, json), BODY));
  }

  /** Like {@link #post}, without waiting. */
  public CompletableFuture<Answer> postAsync(
      URI endpoint, @Nullable String sessionId, String json) {
    return http.sendAsync(request(endpoint, sessionId, json), BODY).thenApply(McpHttp::answer);
  }

  /** Sends a message, and reads its answer as events while they come. */
  public McpStream stream(URI endpoint, @Nullable String sessionId, String json)
      throws IOException, InterruptedException {
    return new McpStream(http.send(request(endpoint, sessionId, json), STREAM));
  }

  /**
   * Opens the stream of what the server says by itself, or resumes a stream.
   *
   * @param lastEventId that came on the stream to be resumed; null: none is
   */
  public McpStream listen(URI endpoint, String sessionId, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        builder(endpoint, sessionId).setHeader("Accept", "text/event-stream");
    if (lastEventId != null) {
      builder.header("Last-Event-ID", lastEventId);
    }
    return new McpStream(http.send(builder.GET().build(), STREAM));
  }

  /**
   * Sends a request of the revision 2026-07-28, and reads its answer as events while they come.
   *
   * @param tool that it calls; empty: it calls none
   * @param params without {@code _meta}, as JSON
   */
  public McpStream modern(URI endpoint, int id, String method, String tool, String params)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        builder(endpoint, null)
            .setHeader("MCP-Protocol-Version", MODERN)
            .header("Mcp-Method", method)
            .header("Content-Type", "application/json");
    if (!tool.isEmpty()) {
      builder.header("Mcp-Name", tool);
    }
    String meta =
        """
        {"_meta":{"io.modelcontextprotocol/protocolVersion":"%s",
         "io.modelcontextprotocol/clientCapabilities":{},"progressToken":"p"},
        """
            .formatted(MODERN);
    String message =
        """
        {"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}
        """
            .formatted(id, method, params.replaceFirst("\\{", meta));
    HttpRequest request = builder.POST(HttpRequest.BodyPublishers.ofString(message)).build();
    return new McpStream(http.send(request, STREAM));
  }

  /** Ends a session. */
  public Answer delete(URI endpoint, String sessionId) throws IOException, InterruptedException {
    return answer(http.send(builder(endpoint, sessionId).DELETE().build(), BODY));
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Mcp-Session-Id"),
        response.body(),
        response);
  }

  private HttpRequest request(URI endpoint, @Nullable String sessionId, String json) {
    HttpRequest.Builder builder =
        builder(endpoint, sessionId)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    if (protocol.equals(MODERN)) {
      JsonObject message = new JsonObject(json);
      builder.header("Mcp-Method", message.getString("method"));
      String name = message.getJsonObject("params").getString("name");
      if (name != null) {
        builder.header("Mcp-Name", name);
      }
    }
    return builder.build();
  }

  private HttpRequest.Builder builder(URI endpoint, @Nullable String sessionId) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", protocol);
    if (sessionId != null) {
      builder.header("Mcp-Session-Id", sessionId);
    }
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    return builder;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
