package dev.mcpsession.bench.gateway;

import dev.mcpsession.gateway.http.NativeTransport;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The least that a gateway on Vert.x does: it reads a request's body whole, asks the upstream, and
 * pipes the answer back. What the gateway needs beyond is not in it: this measures the transport.
 */
public final class BareProxy {
  /** Of the native transport; nothing acknowledged for so long, and the client counts as gone. */
  static final Duration USER_TIMEOUT = Duration.ofSeconds(30);

  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "keep-alive", "transfer-encoding", "host");

  private BareProxy() {}

  /**
   * Starts it in a JVM sized as in a container of 512 MiB. All of the heap is resident from the
   * start, so that resident memory grows only by what lies outside of it.
   */
  public static ServerProcess start(int port, int upstream) throws IOException {
    return ServerProcess.java(
        BareProxy.class,
        port,
        List.of(
            "-Xms128m",
            "-Xmx128m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED"),
        String.valueOf(port),
        String.valueOf(upstream));
  }

  /** Arguments: the port to listen on, and the upstream's. */
  public static void main(String... arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int upstream = Integer.parseInt(arguments[1]);
    if (!NativeTransport.isAvailable()) {
      throw new IllegalStateException("Netty's native transport cannot be used here.");
    }
    Vertx vertx = NativeTransport.vertx(new VertxOptions());
    vertx
        .deployVerticle(
            () -> new Loop(port, upstream), new DeploymentOptions().setInstances(Nginx.WORKERS))
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  /** One event loop: its server and its client share it, so a request never changes threads. */
  private static final class Loop extends AbstractVerticle {
    private final int port;
    private final int upstream;
    private HttpClient client;

    Loop(int port, int upstream) {
      this.port = port;
      this.upstream = upstream;
    }

    @Override
    public void start() {
      client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(8192));
      var options = new HttpServerOptions().setHost("127.0.0.1").setPort(port);
      // Without it each connection has a queue of 4 KiB for writes from other threads.
      options.setStrictThreadMode(true);
      options.setTcpUserTimeout(Math.toIntExact(USER_TIMEOUT.toMillis()));
      vertx.createHttpServer(options).requestHandler(this::handle).listen();
    }

    private void handle(HttpServerRequest in) {
      in.body().onSuccess(body -> ask(in, body)).onFailure(gone -> {});
    }

    private void ask(HttpServerRequest in, Buffer body) {
      var where =
          new RequestOptions()
              .setMethod(in.method())
              .setHost("127.0.0.1")
              .setPort(upstream)
              .setURI(in.uri());
      client
          .request(where)
          .compose(out -> forward(in, body, out))
          .onFailure(error -> fail(in.response()));
    }

    private static Future<Void> forward(HttpServerRequest in, Buffer body, HttpClientRequest out) {
      HttpServerResponse response = in.response();
      response.closeHandler(closed -> out.reset());
      copy(in.headers(), out.headers());
      return out.send(body)
          .compose(
              answer -> {
                response.setStatusCode(answer.statusCode());
                copy(answer.headers(), response.headers());
                if (answer.getHeader("content-length") == null) {
                  response.setChunked(true);
                }
                return answer.pipeTo(response);
              });
    }

    private static void copy(MultiMap from, MultiMap to) {
      from.forEach(
          (name, value) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
              to.add(name, value);
            }
          });
    }

    private static void fail(HttpServerResponse response) {
      if (!response.headWritten()) {
        response.setStatusCode(502).end();
      } else {
        response.reset();
      }
    }
  }
}
