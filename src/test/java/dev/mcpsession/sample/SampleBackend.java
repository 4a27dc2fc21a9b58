package dev.mcpsession.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An MCP server (Streamable HTTP, stateless, one JSON answer a request) with one tool, {@code
 * whoami}. On SIGTERM it goes on accepting for a while, because clients learn only a moment later
 * that it is no longer an endpoint, finishes what it has and ends with exit code 0.
 *
 * <p>Environment: {@code PORT} (8080), {@code BIND_ADDRESS} (all), {@code TOKEN_FILE}
 * (/var/run/secrets/mcpsession.dev/token), {@code MCP_USER} (the process's user), {@code
 * LAMEDUCK_MILLIS} (500), {@code PARENT_PID} (none): the process that it ends with, also if that
 * one is killed.
 */
public final class SampleBackend {
  /** Longer requests are refused; what this server understands is far shorter. */
  private static final int MAX_REQUEST_BYTES = 1 << 20;

  /** Longest wait for requests in flight at the end, in seconds; below the Pod's grace period. */
  private static final int FINISH_SECONDS = 8;

  private final McpAnswers mcp;
  private volatile boolean ending;

  private SampleBackend(McpAnswers mcp) {
    this.mcp = mcp;
  }

  /** Runs until SIGTERM. */
  public static void main(String[] args) throws IOException {
    new SampleBackend(new McpAnswers(System.getenv())).run();
  }

  private void run() throws IOException {
    // Without it an answer's second packet waits for the first one's delayed acknowledgement: 40
    // ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int port = Integer.parseInt(mcp.setting("PORT", "8080"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(mcp.setting("BIND_ADDRESS", "0.0.0.0"), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/healthz", answering(exchange -> send(exchange, 200, "text/plain", "ok\n")));
    server.createContext("/mcp", answering(this::mcp));
    long lameDuckMillis = Long.parseLong(mcp.setting("LAMEDUCK_MILLIS", "500"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, lameDuckMillis), "end"));
    String parent = mcp.setting("PARENT_PID", "");
    if (!parent.isEmpty()) {
      endWith(Long.parseLong(parent));
    }
    server.start();
    System.out.println("listening on " + server.getAddress());
  }

  /** A process that was started by another one and is of no use without it. */
  private static void endWith(long pid) {
    var unused =
        ProcessHandle.of(pid)
            .map(ProcessHandle::onExit)
            .orElse(CompletableFuture.completedFuture(null))
            .thenRun(() -> Runtime.getRuntime().halt(1));
  }

  /**
   * The JVM alone would report 143 after SIGTERM; a container that did as it was told completed.
   */
  private void end(HttpServer server, long lameDuckMillis) {
    ending = true;
    try {
      new CountDownLatch(1).await(lameDuckMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(FINISH_SECONDS);
    Runtime.getRuntime().halt(0);
  }

  /**
   * While ending, every connection is closed after its answer, so that clients go elsewhere with
   * their next request.
   */
  private HttpHandler answering(HttpHandler handler) {
    return exchange -> {
      try (exchange) {
        if (ending) {
          exchange.getResponseHeaders().set("Connection", "close");
        }
        handler.handle(exchange);
      }
    };
  }

  private void mcp(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/mcp")) {
      send(exchange, 404, "text/plain", "only /mcp is served\n");
    } else if (isForeignOrigin(exchange)) {
      send(exchange, 403, "text/plain", "requests of pages of other origins are refused\n");
    } else if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      send(
          exchange,
          405,
          "text/plain",
          "this server has no event stream and no sessions of its own\n");
    } else {
      post(exchange);
    }
  }

  /**
   * The MCP specification asks for this check, against DNS rebinding. Clients that are no browsers
   * send no Origin.
   */
  private static boolean isForeignOrigin(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (origin == null) {
      return false;
    }
    try {
      return !String.valueOf(URI.create(origin).getAuthority())
          .equals(exchange.getRequestHeaders().getFirst("Host"));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private void post(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
    if (body.length > MAX_REQUEST_BYTES) {
      send(exchange, 413, "text/plain", "longer than " + MAX_REQUEST_BYTES + " bytes\n");
      return;
    }
    Object message;
    try {
      message = Json.parse(new String(body, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      sendJson(exchange, 400, McpAnswers.error(null, McpAnswers.PARSE_ERROR, e.getMessage()));
      return;
    }
    String protocol = exchange.getRequestHeaders().getFirst("MCP-Protocol-Version");
    if (protocol != null && !McpAnswers.PROTOCOLS.contains(protocol)) {
      sendJson(
          exchange,
          400,
          McpAnswers.error(
              null,
              McpAnswers.INVALID_REQUEST,
              "MCP-Protocol-Version is none of " + McpAnswers.PROTOCOLS));
    } else if (!(message instanceof Map<?, ?> request) || !"2.0".equals(request.get("jsonrpc"))) {
      sendJson(
          exchange,
          400,
          McpAnswers.error(null, McpAnswers.INVALID_REQUEST, "not one JSON-RPC 2.0 message"));
    } else if (!request.containsKey("id") || !request.containsKey("method")) {
      // A notification, or an answer to a request that this server never makes.
      exchange.sendResponseHeaders(202, -1);
    } else {
      sendJson(
          exchange,
          200,
          mcp.answer(request.get("id"), request.get("method"), request.get("params")));
    }
  }

  private static void sendJson(HttpExchange exchange, int status, Map<String, Object> body)
      throws IOException {
    send(exchange, status, "application/json", Json.write(body));
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
