package dev.mcpsession.gateway;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.cluster.JarProcess;
import dev.mcpsession.fixture.FixturePod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Replicas of the gateway, each a process of its own, behind a load balancer, with an operator that
 * serves the same namespace. Everybody is taken for the user alice.
 */
public final class GatewayReplicas implements AutoCloseable {
  /** Of processes beside others on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final String namespace;
  private final JarProcess operator;
  private final List<JarProcess> gateways = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final Spreader spreader;

  private GatewayReplicas(Cluster cluster, String namespace, int replicas) throws IOException {
    this.cluster = cluster;
    this.namespace = namespace;
    operator =
        JarProcess.start(
            Map.of(),
            List.of(
                "operator",
                "--http",
                "127.0.0.1:" + FreePort.onLoopback(),
                "--kubeconfig",
                cluster.kubeconfig().toString(),
                "--namespace",
                namespace));
    Path config = configuration();
    List<Integer> management = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      ports.add(FreePort.onLoopback());
      management.add(FreePort.onLoopback());
      gateways.add(gateway(config, ports.get(i), management.get(i)));
    }
    spreader = new Spreader(ports);
    management.forEach(port -> await().atMost(PATIENCE).until(() -> isReady(port)));
  }

  /** Returns when all are ready. */
  public static GatewayReplicas start(Cluster cluster, String namespace, int replicas)
      throws IOException {
    return new GatewayReplicas(cluster, namespace, replicas);
  }

  /** Offers the fixture under this name. */
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
  }

  /** Of the load balancer: connections go to all replicas in turn. */
  public URI endpoint(String template) {
    return at(spreader.port(), template);
  }

  /** Of one replica. */
  public URI endpoint(int replica, String template) {
    return at(ports.get(replica), template);
  }

  private URI at(int port, String template) {
    return URI.create("http://localhost:%d/%s/%s/mcp".formatted(port, namespace, template));
  }

  private JarProcess gateway(Path config, int port, int management) throws IOException {
    return JarProcess.start(
        Map.of(),
        List.of(
            "gateway",
            "--kubeconfig",
            cluster.kubeconfig().toString(),
            "--namespace",
            namespace,
            "--config",
            config.toString(),
            "--http",
            "127.0.0.1:" + port,
            "--management",
            "127.0.0.1:" + management,
            "--insecure-user",
            "alice"));
  }

  /** With keys that all replicas share. */
  private static Path configuration() throws IOException {
    Path folder = Files.createTempDirectory("gateway");
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Files.write(folder.resolve("current"), key);
    Path config = folder.resolve("gateway.yaml");
    Files.writeString(config, "keysDirectory: " + folder + "\n");
    return config;
  }

  private static boolean isReady(int port) throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI readyz = URI.create("http://127.0.0.1:" + port + "/readyz");
      return client
              .send(HttpRequest.newBuilder(readyz).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  /** What the replicas wrote, for a message. */
  public String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (JarProcess gateway : gateways) {
      all.append(gateway.log()).append('\n');
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    spreader.close();
    for (JarProcess gateway : gateways) {
      gateway.close();
    }
    operator.close();
  }
}
