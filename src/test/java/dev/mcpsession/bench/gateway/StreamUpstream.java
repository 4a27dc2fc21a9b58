package dev.mcpsession.bench.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events, and when each stream was closed: a proxy that sees its client go ends its
 * request. {@code /ID} is a stream that stays silent after one comment, {@code /ID?heartbeat=MS}
 * one with a comment each so many milliseconds.
 */
public final class StreamUpstream implements AutoCloseable {
  private final Map<String, Long> closed = new ConcurrentHashMap<>();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private StreamUpstream() {}

  /** Listens when it returns. */
  public static StreamUpstream start(String host, int port) throws Exception {
    StreamUpstream upstream = new StreamUpstream();
    upstream
        .vertx
        .createHttpServer(new HttpServerOptions().setHost(host).setPort(port))
        .requestHandler(upstream::handle)
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    return upstream;
  }

  /** When the stream was closed, by {@link System#nanoTime}. */
  Optional<Long> closedAt(String id) {
    return Optional.ofNullable(closed.get("/" + id));
  }

  private void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.setChunked(true).putHeader("content-type", "text/event-stream");
    var heartbeat = request.getParam("heartbeat");
    if (heartbeat == null) {
      response.closeHandler(now -> closed.put(request.path(), System.nanoTime()));
    } else {
      long timer =
          vertx.setPeriodic(
              Duration.ofMillis(Long.parseLong(heartbeat)).toMillis(),
              now -> response.write(":\n\n"));
      response.closeHandler(
          now -> {
            vertx.cancelTimer(timer);
            closed.put(request.path(), System.nanoTime());
          });
    }
    response.write(": open\n\n");
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
