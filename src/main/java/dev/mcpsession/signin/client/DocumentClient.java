package dev.mcpsession.signin.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Gets one metadata document from an address that was checked: that one is connected to, whatever
 * the name of the host resolves to by then, while TLS and the header Host have the name. Follows no
 * redirect.
 */
final class DocumentClient implements AutoCloseable {
  /** In bytes; the draft says 5 KiB. */
  static final int LONGEST_BODY = 64 * 1024;

  private static final int HEADER_BYTES = 16 * 1024;

  private final HttpClient client;

  /**
   * @param options holds authorities, if they are not those that Java trusts
   * @param connections at most
   */
  DocumentClient(Vertx vertx, HttpClientOptions options, int connections) {
    client =
        vertx
            .httpClientBuilder()
            .with(
                options
                    .setProtocolVersion(HttpVersion.HTTP_1_1)
                    .setKeepAlive(false)
                    .setVerifyHost(true)
                    .setDecompressionSupported(false)
                    .setMaxHeaderSize(HEADER_BYTES)
                    .setMaxInitialLineLength(HEADER_BYTES))
            .with(new PoolOptions().setHttp1MaxSize(connections))
            // The request that it concerns is told as well; Vert.x would log it as an error.
            .withConnectHandler(connection -> connection.exceptionHandler(e -> {}))
            .build();
  }

  /**
   * Begins an exchange; returns at once.
   *
   * @param addresses one or more, tried in this order until one takes the connection
   * @param deadline ends the exchange when it completes
   * @return completes, on any thread, with the answer or a {@link DocumentFault}
   */
  CompletableFuture<DocumentAnswer> get(
      DocumentUrl url, List<InetAddress> addresses, CompletableFuture<?> deadline) {
    Exchange exchange = new Exchange(url);
    var unused = deadline.thenRun(() -> exchange.fail("did not answer in time", true));
    exchange.connect(addresses);
    return exchange.result;
  }

  /** Closes all connections. */
  @Override
  public void close() {
    client.close();
  }

  private final class Exchange {
    private final DocumentUrl url;
    private final CompletableFuture<DocumentAnswer> result = new CompletableFuture<>();
    private final Buffer body = Buffer.buffer();

    Exchange(DocumentUrl url) {
      this.url = url;
    }

    void connect(List<InetAddress> addresses) {
      request(addresses.getFirst())
          .onSuccess(this::send)
          .onFailure(
              e -> {
                if (addresses.size() > 1 && !result.isDone()) {
                  connect(addresses.subList(1, addresses.size()));
                } else {
                  fail("takes no connection, or its certificate is not trusted", true);
                }
              });
    }

    private Future<HttpClientRequest> request(InetAddress address) {
      String query = url.uri().getRawQuery();
      return client.request(
          new RequestOptions()
              .setMethod(HttpMethod.GET)
              .setServer(SocketAddress.inetSocketAddress(url.port(), address.getHostAddress()))
              .setHost(url.uri().getHost())
              .setPort(url.port())
              .setSsl(url.isHttps())
              .setFollowRedirects(false)
              .setURI(url.uri().getRawPath() + (query == null ? "" : "?" + query))
              .putHeader("Accept", "application/json"));
    }

    private void send(HttpClientRequest request) {
      // An exchange that has ended takes its connection with it: an endless body, or a silent host.
      var unused = result.whenComplete((answer, fault) -> request.connection().close());
      if (result.isDone()) {
        return;
      }
      request
          .send()
          .onSuccess(this::read)
          .onFailure(e -> fail("closed the connection without an answer", true));
    }

    private void read(HttpClientResponse response) {
      Map<String, String> headers = new HashMap<>();
      response
          .headers()
          .forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
      response
          .exceptionHandler(e -> fail("broke off its answer", true))
          .endHandler(
              end ->
                  result.complete(
                      new DocumentAnswer(response.statusCode(), headers, body.toString(UTF_8))))
          .handler(
              part -> {
                if (body.length() + part.length() > LONGEST_BODY) {
                  fail("sends more than " + LONGEST_BODY / 1024 + " KiB", false);
                } else if (!result.isDone()) {
                  body.appendBuffer(part);
                }
              });
    }

    void fail(String what, boolean isTemporary) {
      result.completeExceptionally(
          new DocumentFault(
              url.shownHost()
                  + ", which says what this client is, "
                  + what
                  + (isTemporary
                      ? ". Try again in a minute."
                      : ". Whoever makes the client has to correct that."),
              isTemporary));
    }
  }
}
