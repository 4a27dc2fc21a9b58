package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.kubernetes.ApiCalls;
import dev.mcpsession.gateway.kubernetes.GatewayCache;
import dev.mcpsession.gateway.kubernetes.ResourceCache;
import dev.mcpsession.gateway.session.Connections;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * The connections of a gateway with their informer. It fills as soon as the cluster allows it, and
 * goes on showing what it has while the API server is away.
 */
public final class KubernetesConnections implements AutoCloseable {
  private final ConnectionStore store;
  private final ResourceCache<McpConnection> informers;

  /**
   * Starts nothing yet.
   *
   * @param namespaces whose connections; empty: all
   * @param sessions started and closed by others
   * @param apiSilent whether requests to the API server have been waiting in vain for an answer;
   *     must return at once
   * @param nanoTime monotonic, in nanoseconds
   */
  public KubernetesConnections(
      KubernetesClient client,
      Set<String> namespaces,
      GatewayCache sessions,
      SessionKeys keys,
      BooleanSupplier apiSilent,
      InstantSource clock,
      LongSupplier nanoTime) {
    store =
        new ConnectionStore(
            new SessionIds(keys, new SecureRandom()),
            new KubernetesConnectionApi(client),
            ApiCalls.onVirtualThreads(),
            sessions,
            apiSilent,
            clock,
            nanoTime);
    informers =
        new ResourceCache<>(
            client,
            McpConnection.class,
            namespaces,
            UnaryOperator.identity(),
            Map.of(),
            List.of(store::shown));
  }

  /** Begins to fill; returns at once. */
  public void start() {
    informers.start();
  }

  /** The connections; their stages complete on any thread. */
  public Connections connections() {
    return store;
  }

  /** Ends the ids of a session that is about to end, for all replicas; never fails. */
  public CompletionStage<Void> endOfSession(SessionKey session) {
    return store.endOfSession(session);
  }

  /** Whether all that there was at the start has been read. */
  public boolean isSynced() {
    return informers.isSynced();
  }

  /** What was not read yet, with the reason if it is known; for people. */
  public List<String> missing() {
    return informers.missing();
  }

  /** Stops watching; what was read stays. */
  @Override
  public void close() {
    informers.close();
  }
}
