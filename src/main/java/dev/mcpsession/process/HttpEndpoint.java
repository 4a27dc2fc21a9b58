package dev.mcpsession.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health, readiness and metrics on one port. */
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final String TEXT = "text/plain; charset=utf-8";

  /** One answer. */
  public record Response(int status, String contentType, String body) {
    /** A line, or several without the last one's end. */
    public static Response text(int status, String line) {
      return new Response(status, TEXT, line + "\n");
    }
  }

  private interface Handler {
    Response answer(HttpExchange exchange);
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Listens at once. The callbacks may take up to a second; each request has its own thread.
   *
   * @param ready 200, or 503 with a line that names what is missing
   * @param metrics given the header Accept of the request; null: none
   * @throws IOException if it cannot listen, with a message that names the address
   */
  public HttpEndpoint(
      InetSocketAddress address,
      Supplier<Response> ready,
      Function<@Nullable String, Response> metrics)
      throws IOException {
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + e.getMessage(),
          e);
    }
    server.setExecutor(threads);
    handle("/healthz", exchange -> Response.text(200, "ok"));
    handle("/readyz", exchange -> ready.get());
    handle("/metrics", exchange -> metrics.apply(exchange.getRequestHeaders().getFirst("Accept")));
    server.createContext(
        "/",
        exchange -> send(exchange, Response.text(404, "Here are /healthz, /readyz and /metrics")));
    server.start();
  }

  /** The actual port, which the system chose if port 0 was given. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          String method = exchange.getRequestMethod();
          if (!exchange.getRequestURI().getPath().equals(path)) {
            send(exchange, Response.text(404, "Here are /healthz, /readyz and /metrics"));
          } else if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            send(exchange, Response.text(405, "Only GET and HEAD"));
          } else {
            send(exchange, answer(handler, exchange));
          }
        });
  }

  private static Response answer(Handler handler, HttpExchange exchange) {
    try {
      return handler.answer(exchange);
    } catch (RuntimeException e) {
      log.error("Could not answer {}", exchange.getRequestURI().getPath(), e);
      return Response.text(500, "Internal error, see the log");
    }
  }

  private static void send(HttpExchange exchange, Response answer) throws IOException {
    try (exchange) {
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
