package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NativeTransportTest {
  @Test
  void anAcceptedConnectionHasTheUserTimeoutOfTheServersOptions() throws Exception {
    assumeThat(NativeTransport.isAvailable()).isTrue();
    Vertx vertx = NativeTransport.vertx(new VertxOptions());
    try {
      CompletableFuture<Integer> timeout = new CompletableFuture<>();
      var options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
      options.setTcpUserTimeout(31_000);
      HttpServer server =
          get(
              vertx
                  .createHttpServer(options)
                  .connectionHandler(
                      connection ->
                          timeout.complete(
                              ((HttpServerConnection) connection)
                                  .channelHandlerContext()
                                  .channel()
                                  .config()
                                  .getOption(EpollChannelOption.TCP_USER_TIMEOUT)))
                  .requestHandler(request -> request.response().end())
                  .listen());
      get(
          vertx
              .createHttpClient()
              .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
              .compose(request -> request.send()));

      assertThat(timeout.get(10, TimeUnit.SECONDS)).isEqualTo(31_000);
    } finally {
      get(vertx.close());
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
