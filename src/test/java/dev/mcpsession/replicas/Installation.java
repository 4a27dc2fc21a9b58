package dev.mcpsession.replicas;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.fixture.FixturePod;
import dev.mcpsession.fixture.McpBackend;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * Two replicas of the gateway and the operator in one namespace, an issuer that they trust, and MCP
 * servers in simulated Pods.
 */
public final class Installation implements AutoCloseable {
  private static final String BASE = "https://mcp.example";

  private final Cluster cluster;
  private final int port = FreePort.onLoopback();
  private final SimulatedPods addresses;
  private final McpBackend backends;
  private final TokenSigner issuer;
  private final GatewayReplicas replicas;

  private Installation(Cluster cluster) throws IOException, InterruptedException {
    this.cluster = cluster;
    addresses = SimulatedPods.answered();
    backends = McpBackend.start("0.0.0.0", port);
    issuer = TokenSigner.start();
    replicas =
        GatewayReplicas.start(
            cluster.kubeconfig(),
            cluster.namespace(),
            2,
            """
            baseUrl: %s
            issuers: [{issuer: "%s"}]
            allowHttpIssuers: true
            """
                .formatted(BASE, issuer.issuer()));
  }

  /** Returns when all of it is ready. */
  public static Installation start(Cluster cluster) throws IOException, InterruptedException {
    return new Installation(cluster);
  }

  /**
   * Offers an MCP server in simulated Pods to everybody. Returns when all replicas know.
   *
   * @param field one more of the template's {@code session}, such as "drainSeconds: 1"
   */
  public void offer(String name, String field) {
    offerSession(
        name,
        """
        {%s, port: %d, podTemplate: {spec: {
          nodeSelector: {type: fake},
          tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],
          containers: [{name: backend, image: "busybox:1.35"}]}}}
        """
            .formatted(field, port));
  }

  /** Offers an MCP server in real Pods to everybody. Returns when all replicas know. */
  public void offerInRealPods(String name) {
    offerSession(
        name, "{podTemplate: {spec: %s}}".formatted(Serialization.asJson(FixturePod.spec())));
  }

  private void offerSession(String name, String session) {
    McpSessionTemplate template =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s}
            spec: {access: {everyone: true}, session: %s}
            """
                .formatted(name, session.strip().replace("\n", " ")),
            McpSessionTemplate.class);
    cluster.client().resource(template).inNamespace(cluster.namespace()).create();
    replicas.awaitOffered(cluster.namespace(), name, issuer.token("somebody", resource(name)));
  }

  /** A client with a token of this user for a template. */
  public McpHttp client(String subject, String template) {
    return new McpHttp(issuer.token(subject, resource(template)));
  }

  /** The URL of a template as tokens name it. */
  private String resource(String template) {
    return BASE + "/" + cluster.namespace() + "/" + template + "/mcp";
  }

  /**
   * Where a replica serves a template.
   *
   * @param replica any number: the replicas take turns
   */
  public URI endpoint(String template, int replica) {
    return replicas.replica(replica % 2).endpoint(cluster.namespace(), template);
  }

  /** The sessions of a template. */
  public List<McpSession> sessions(String template) {
    return of(template, cluster.sessions().list().getItems());
  }

  /** The Pods of a template's sessions. */
  public List<Pod> pods(String template) {
    return of(template, cluster.client().pods().inNamespace(cluster.namespace()).list().getItems());
  }

  private static <T extends HasMetadata> List<T> of(String template, List<T> objects) {
    return objects.stream()
        .filter(object -> object.getMetadata().getName().startsWith(template + "-"))
        .toList();
  }

  @Override
  public void close() throws IOException {
    try (addresses;
        backends;
        issuer) {
      replicas.close();
    }
  }
}
