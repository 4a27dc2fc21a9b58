package dev.mcpsession.cli;

import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.reconcile.token.ConfiguredSources;
import dev.mcpsession.reconcile.token.TokenServices;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.grant.ApiGrantStore;
import dev.mcpsession.token.oauth.AllowedEndpoints;
import dev.mcpsession.token.oauth.NimbusAuthorizationServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What the token sources of all controllers of this process share: the client of authorization
 * servers and the limits of concurrent calls.
 */
final class TokenIssuing implements AutoCloseable {
  private final NimbusAuthorizationServer server;
  private final TokenServices services;

  /**
   * @param proxies through which authorization servers are reached
   * @param holder identifies this process in claims on grants
   * @param nanoTime monotonic, in nanoseconds
   */
  TokenIssuing(
      KubernetesClient client,
      OperatorConfig config,
      IssuerProxies proxies,
      String holder,
      WriteGate gate,
      SessionMetrics metrics,
      InstantSource clock,
      LongSupplier nanoTime) {
    OperatorConfig.TokenEndpoints endpoints = config.tokenEndpoints();
    server =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(endpoints.allowed(), endpoints.allowHttp()),
            proxies,
            clock,
            (endpoint, outcome, duration) ->
                metrics.issuerCalled(endpoint.name(), outcome.name(), duration));
    EndpointCalls calls =
        EndpointCalls.limitedTo(
            config.maxConcurrentTokenCalls(), endpoints.maxConcurrentCalls(), nanoTime);
    services =
        new TokenServices(
            secrets ->
                new ConfiguredSources(
                    client,
                    new ApiGrantStore(client),
                    secrets,
                    server,
                    calls,
                    holder,
                    gate,
                    clock,
                    nanoTime),
            server,
            calls);
  }

  /** For a controller, which closes the sources that it creates. */
  TokenServices services() {
    return services;
  }

  @Override
  public void close() {
    server.close();
  }
}
