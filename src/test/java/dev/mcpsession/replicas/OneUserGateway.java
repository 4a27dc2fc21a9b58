package dev.mcpsession.replicas;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.fixture.FixturePod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Replicas of the gateway behind a load balancer, with MCP servers in real Pods. Everybody is taken
 * for the user alice, so clients need no token.
 */
public final class OneUserGateway implements AutoCloseable {
  private final Cluster cluster;
  private final String namespace;
  private final GatewayReplicas replicas;
  private final Spreader spreader;

  private OneUserGateway(Cluster cluster, String namespace, int count) throws IOException {
    this.cluster = cluster;
    this.namespace = namespace;
    replicas =
        GatewayReplicas.start(
            cluster.kubeconfig(), namespace, count, "", "--insecure-user", "alice");
    List<Integer> ports =
        IntStream.range(0, count).mapToObj(i -> replicas.replica(i).port()).toList();
    spreader = new Spreader();
    spreader.sendTo(() -> ports);
  }

  /** Returns when all are ready. */
  public static OneUserGateway start(Cluster cluster, String namespace, int replicas)
      throws IOException {
    return new OneUserGateway(cluster, namespace, replicas);
  }

  /** Offers the fixture under this name. Returns when all replicas know. */
  public void offerFixture(String template, String... settings) {
    McpSessionTemplate made =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s, namespace: %s}
            spec:
              access: {everyone: true}
              session: {podTemplate: {spec: %s}}
            """
                .formatted(template, namespace, Serialization.asJson(FixturePod.spec(settings))),
            McpSessionTemplate.class);
    cluster.client().resource(made).create();
    replicas.awaitOffered(namespace, template, null);
  }

  /** Of the load balancer: connections go to all replicas in turn. */
  public URI endpoint(String template) {
    return URI.create(
        "http://localhost:%d/%s/%s/mcp".formatted(spreader.port(), namespace, template));
  }

  @Override
  public void close() throws IOException {
    try (replicas) {
      spreader.close();
    }
  }
}
