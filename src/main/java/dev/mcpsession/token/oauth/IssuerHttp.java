package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.mcpsession.config.IssuerProxies;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests that Nimbus has built with the JDK's HTTP client. Follows no redirects, since
 * a client's secret must go nowhere but to the configured URL, and sends nothing twice.
 */
final class IssuerHttp implements AutoCloseable {
  /** Longer answers, in bytes, are refused; a token is a few kilobytes. */
  static final int LONGEST_BODY = 64 * 1024;

  private static final int CLIENTS = 16;
  private static final Duration POLL = Duration.ofMillis(500);

  private final IssuerClients clients;
  private final Duration connectTimeout;

  IssuerHttp(IssuerProxies proxies, Duration connectTimeout) {
    this.clients = new IssuerClients(proxies, connectTimeout, CLIENTS);
    this.connectTimeout = connectTimeout;
  }

  /**
   * Sends a request and reads its answer to the end.
   *
   * @param authorities in PEM; null for those that Java trusts
   * @param limit for the whole exchange, not counting time for which this process was frozen; then
   *     it is abandoned
   * @throws IssuerFault if no complete HTTP response was read
   */
  IssuerReply send(
      IssuerEndpoint at, HTTPRequest request, @Nullable String authorities, Duration limit)
      throws IssuerFault, InterruptedException {
    HttpRequest http = translate(at, request);
    AtomicBoolean answered = new AtomicBoolean();
    BodyHandler<byte[]> body =
        BodyHandlers.limiting(
            response -> {
              answered.set(true);
              return BodyHandlers.ofByteArray().apply(response);
            },
            LONGEST_BODY);
    CompletableFuture<HttpResponse<byte[]>> exchange;
    try {
      exchange = clients.begin(authorities, client -> client.sendAsync(http, body));
    } catch (CertificateException e) {
      throw IssuerFault.misconfigured(
          at.origin().authorities() + " holds no certificates in PEM, or a broken one; correct it");
    }
    try {
      return IssuerReply.of(await(exchange, limit));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw ConnectionFault.of(at, io, answered.get(), connectTimeout);
      }
      throw IssuerFault.away("the request to " + at + " failed");
    } catch (TimeoutException e) {
      throw IssuerFault.away(at + " did not answer within " + ConnectionFault.seconds(limit));
    } finally {
      // Closes the connection of an abandoned request; has no effect on a finished one.
      exchange.cancel(true);
    }
  }

  /**
   * Waits in short steps. With a single wait, a process that was frozen for longer than the limit
   * would abandon an answer that has arrived meanwhile, and would lose a grant.
   */
  private static <T> T await(CompletableFuture<T> exchange, Duration limit)
      throws ExecutionException, TimeoutException, InterruptedException {
    Duration left = limit;
    while (left.compareTo(POLL) > 0) {
      try {
        return exchange.get(POLL.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        left = left.minus(POLL);
      }
    }
    return exchange.get(left.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static HttpRequest translate(IssuerEndpoint at, HTTPRequest request) {
    String body = request.getBody();
    HttpRequest.Builder http =
        HttpRequest.newBuilder(at.uri())
            .method(
                request.getMethod().name(),
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    for (Map.Entry<String, List<String>> header : request.getHeaderMap().entrySet()) {
      header.getValue().forEach(value -> http.header(header.getKey(), value));
    }
    String credentials = at.proxy() == null ? null : at.proxy().authorization();
    if (credentials != null) {
      // Sent to the proxy alone. Not by an Authenticator, with which an issuer's 401 fails.
      http.header("Proxy-Authorization", credentials);
    }
    return http.build();
  }

  @Override
  public void close() {
    clients.close();
  }
}
