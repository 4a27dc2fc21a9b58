package dev.mcpsession.gateway.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to backends, over HTTP/1.1 with a pool of connections for each. One for each event
 * loop, and to be used on it alone.
 */
public final class BackendClient {
  /** More than one user's requests and streams together can ever need. */
  private static final int CONNECTIONS_TO_ONE_BACKEND = 1024;

  /** Servers close idle connections, Node.js after 5 s: be faster, lest a request meets that. */
  private static final int KEEP_ALIVE_SECONDS = 3;

  /** Of an answer's headers. */
  private static final int HEADER_BYTES = 32 * 1024;

  private final HttpClient client;

  /** Its connections close with the Vert.x context that this is called on. */
  public BackendClient(Vertx vertx, Duration connectTimeout) {
    client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_1_1)
                    .setConnectTimeout((int) connectTimeout.toMillis())
                    .setKeepAlive(true)
                    .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                    .setPipelining(false)
                    .setTcpNoDelay(true)
                    .setTcpUserTimeout((int) TimeUnit.SECONDS.toMillis(30))
                    .setDecompressionSupported(false)
                    .setMaxHeaderSize(HEADER_BYTES)
                    .setMaxInitialLineLength(HEADER_BYTES))
            .with(
                new PoolOptions()
                    .setHttp1MaxSize(CONNECTIONS_TO_ONE_BACKEND)
                    .setCleanerPeriod(1000))
            // The request that it concerns is told as well; Vert.x would log it as an error.
            .withConnectHandler(connection -> connection.exceptionHandler(e -> {}))
            .build();
  }

  /**
   * Sends a request. A body that is not there is not sent, with no Content-Length.
   *
   * @param headers complete but for Host and Content-Length
   */
  public BackendCall send(
      URI endpoint, HttpMethod method, MultiMap headers, @Nullable Buffer body) {
    BackendCall call = new BackendCall();
    client
        .request(
            new RequestOptions()
                .setMethod(method)
                .setServer(address(endpoint))
                .setHost(endpoint.getHost())
                .setPort(port(endpoint))
                .setURI(endpoint.getRawPath() == null ? "/" : endpoint.getRawPath())
                .setHeaders(headers))
        .onFailure(e -> call.fail(false, e))
        .onSuccess(request -> send(request, body, call));
    return call;
  }

  /** Of an IPv6 address the brackets are the URL's, not the address's. */
  private static SocketAddress address(URI endpoint) {
    String host = endpoint.getHost();
    return SocketAddress.inetSocketAddress(
        port(endpoint), host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
  }

  private static int port(URI endpoint) {
    return endpoint.getPort() < 0 ? 80 : endpoint.getPort();
  }

  private static void send(HttpClientRequest request, @Nullable Buffer body, BackendCall call) {
    if (call.isCancelled()) {
      request.reset();
      call.fail(false, new IllegalStateException("cancelled"));
      return;
    }
    call.sent(request);
    (body == null ? request.send() : request.send(body))
        .onFailure(e -> call.fail(true, e))
        .onSuccess(
            response -> {
              if (response.statusCode() < 200 || response.statusCode() > 599) {
                response.exceptionHandler(e -> {});
                request.reset();
                call.fail(true, new IllegalStateException("status " + response.statusCode()));
              } else {
                call.succeed(new BackendAnswer(response));
              }
            });
  }
}
