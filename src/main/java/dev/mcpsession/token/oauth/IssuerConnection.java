package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.oauth.IssuerCalls.Outcome;
import java.time.Duration;
import java.time.InstantSource;

/** Sends requests to authorization servers, has their answers read, and observes both. */
final class IssuerConnection implements AutoCloseable {
  private final IssuerProxies proxies;
  private final InstantSource clock;
  private final IssuerCalls calls;
  private final IssuerHttp http;

  /**
   * @param proxies through which the servers are reached
   * @param connect the time limit for opening a connection
   */
  IssuerConnection(
      IssuerProxies proxies, InstantSource clock, IssuerCalls calls, Duration connect) {
    this.proxies = proxies;
    this.clock = clock;
    this.calls = calls;
    this.http = new IssuerHttp(proxies, connect);
  }

  /** Reads an answer; what it throws is the outcome of the call. */
  @FunctionalInterface
  interface Reading<T> {
    T read(IssuerAnswer answer) throws IssuerFault;
  }

  IssuerEndpoint at(String field, EndpointUrl url, OAuthClient client) {
    return new IssuerEndpoint(field, url, client.origin(), proxies.proxyFor(url.uri()));
  }

  /**
   * Sends a request once.
   *
   * @param limit as of {@link IssuerHttp#send}
   */
  <T> T call(
      IssuerEndpoint at,
      IssuerAnswer.Request kind,
      HTTPRequest request,
      OAuthClient client,
      Duration limit,
      Reading<T> reading)
      throws IssuerFault, InterruptedException {
    long began = System.nanoTime();
    try {
      IssuerReply reply = http.send(at, request, client.authorities(), limit);
      T result = reading.read(new IssuerAnswer(at, kind, reply, clock.instant()));
      called(kind, Outcome.success, began);
      return result;
    } catch (IssuerFault fault) {
      called(kind, fault.outcome(), began);
      throw fault;
    }
  }

  private void called(IssuerAnswer.Request kind, Outcome outcome, long began) {
    calls.called(kind.endpoint(), outcome, Duration.ofNanos(System.nanoTime() - began));
  }

  /** Abandons the calls that are under way. */
  @Override
  public void close() {
    http.close();
  }
}
