package dev.mcpsession.gateway.connection;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.gateway.kubernetes.GatewayCache;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.kube.ClientFactory;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** One replica's connections on a real API server, with a client of its own. */
final class LiveReplica implements AutoCloseable {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final KubernetesClient client;
  private final GatewayCache sessions;
  private final KubernetesConnections connections;

  LiveReplica(Cluster cluster, SessionKeys keys) {
    this(cluster, keys, Config.fromKubeconfig(cluster.kubeconfig().toFile()));
  }

  /**
   * @param config of the API server
   */
  LiveReplica(Cluster cluster, SessionKeys keys, Config config) {
    client = ClientFactory.build(config, "test", () -> true, Map.of("requests", new Requests()));
    Set<String> namespaces = Set.of(cluster.namespace());
    sessions = new GatewayCache(client, namespaces);
    connections =
        new KubernetesConnections(
            client,
            namespaces,
            sessions,
            keys,
            () -> false,
            InstantSource.system(),
            System::nanoTime);
    sessions.start();
    connections.start();
  }

  private final class Requests implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      requests.add(request.method() + " " + request.uri());
    }
  }

  Connections connections() {
    return connections.connections();
  }

  boolean isSynced() {
    return sessions.isSynced() && connections.isSynced();
  }

  boolean shows(String namespace, String session) {
    return sessions.session(namespace, session) != null;
  }

  /** Requests so far, without those of the informers. */
  List<String> requests() {
    return requests.stream()
        .filter(it -> !it.contains("resourceVersion=") && !it.contains("watch="))
        .toList();
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    connections.close();
    sessions.close();
    client.close();
  }
}
