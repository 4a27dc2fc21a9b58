package dev.mcpsession.kube;

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
import java.util.function.Function;

/** Answers each request as a test says, and remembers it. */
public final class ScriptedApiServer implements AutoCloseable {
  public record Reply(int status, String body) {
    public static Reply refusal(int code, String reason, String message) {
      return new Reply(
          code,
          """
          {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"reason":"%s","message":"%s"}\
          """
              .formatted(code, reason, message));
    }
  }

  public final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /**
   * @param script given "GET /path"
   */
  public ScriptedApiServer(Function<String, Reply> script) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            requests.add(request);
            exchange.getRequestBody().readAllBytes();
            Reply reply = script.apply(request);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  public Config config() {
    Config config = new ConfigBuilder().withAutoConfigure(false).build();
    config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return config;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
