package dev.mcpsession.kube;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers each request as a test says, and remembers it. */
public final class ScriptedApiServer implements AutoCloseable {
  /**
   * One request.
   *
   * @param query empty: none
   * @param upgrade whether it asks for a WebSocket, which this server does not have
   */
  public record Request(String method, String path, String query, String body, boolean upgrade) {
    public boolean isWatch() {
      return query.contains("watch=true");
    }
  }

  /**
   * One reply.
   *
   * @param open whether it goes on until the server ends, as the reply to a watch does
   */
  public record Reply(int status, String body, boolean open) {
    public Reply(int status, String body) {
      this(status, body, false);
    }

    public static Reply refusal(int code, String reason, String message) {
      return new Reply(
          code,
          """
          {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"reason":"%s","message":"%s"}\
          """
              .formatted(code, reason, message));
    }
  }

  /** Says what is answered. */
  @FunctionalInterface
  public interface Script {
    Reply answer(Request request);
  }

  public final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads;
  private volatile CountDownLatch open = new CountDownLatch(1);

  /**
   * @param script given "GET /path"
   */
  public ScriptedApiServer(Function<String, Reply> script) {
    this(
        request -> script.apply(request.method() + " " + request.path()),
        Executors.newVirtualThreadPerTaskExecutor());
  }

  /** Answers requests by all that they contain, each on a thread of its own. */
  public static ScriptedApiServer answering(Script script) {
    return new ScriptedApiServer(script, Executors.newVirtualThreadPerTaskExecutor());
  }

  private ScriptedApiServer(Script script, ExecutorService threads) {
    this.threads = threads;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            String query = exchange.getRequestURI().getQuery();
            Request request =
                new Request(
                    exchange.getRequestMethod(),
                    path,
                    query == null ? "" : query,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    exchange.getRequestHeaders().containsKey("Upgrade"));
            send(exchange, script.answer(request));
          }
        });
    server.start();
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(
        reply.status(), reply.open() ? 0 : body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    if (reply.open()) {
      exchange.getResponseBody().flush();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public Config config() {
    Config config = new ConfigBuilder().withAutoConfigure(false).build();
    config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return config;
  }

  /** Ends the open replies, as the API server ends a watch after some minutes. */
  public void endOpenReplies() {
    CountDownLatch ended = open;
    open = new CountDownLatch(1);
    ended.countDown();
  }

  @Override
  public void close() {
    endOpenReplies();
    server.stop(0);
    threads.shutdownNow();
  }
}
