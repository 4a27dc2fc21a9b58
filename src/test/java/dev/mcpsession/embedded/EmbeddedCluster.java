package dev.mcpsession.embedded;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.vertx.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * An API server in this process, on a free loopback port: fabric8's mock server with {@link
 * ClusterStore}. It validates nothing, fills in no defaults and asks for no credentials.
 */
public final class EmbeddedCluster implements AutoCloseable {
  /** The mock server logs every request at INFO. Kept here because loggers are held weakly. */
  private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

  static {
    // Netty's use of it makes JDK 25 print four lines of warnings.
    System.setProperty("io.netty.noUnsafe", "true");
  }

  private final KubernetesMockServer server;
  private final Optional<Path> authority;

  private EmbeddedCluster(KubernetesMockServer server, Optional<Path> authority) {
    this.server = server;
    this.authority = authority;
  }

  /**
   * Starts without TLS.
   *
   * @param crds folder of the CustomResourceDefinitions to install; without them there is no status
   *     subresource
   */
  public static EmbeddedCluster start(Path crds) {
    MockWebServer web = new MockWebServer();
    // The JDK's client offers an upgrade to HTTP/2 that the mock server handles badly.
    web.setHttp2ClearTextEnabled(false);
    return start(web, false, crds);
  }

  /** Starts with TLS and HTTP/2, like a real API server. Otherwise as {@link #start}. */
  public static EmbeddedCluster startSecure(Path crds) {
    MockWebServer web = new MockWebServer();
    web.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
    return start(web, true, crds);
  }

  private static EmbeddedCluster start(MockWebServer web, boolean secure, Path crds) {
    SERVER_LOG.setLevel(Level.WARNING);
    KubernetesMockServer server =
        new KubernetesMockServer(new Context(), web, new HashMap<>(), new ClusterStore(), secure);
    server.init(InetAddress.getLoopbackAddress(), 0);
    EmbeddedCluster cluster =
        new EmbeddedCluster(
            server,
            secure
                ? Optional.of(Path.of(web.getSelfSignedCertificate().certificatePath()))
                : Optional.empty());
    try (KubernetesClient client = cluster.newClient()) {
      for (Path crd : yamlFiles(crds)) {
        try (InputStream content = Files.newInputStream(crd)) {
          client.load(content).create();
        }
      }
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException("cannot read " + crds, e);
    }
    return cluster;
  }

  private static List<Path> yamlFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  /** A separate client; the caller closes it. */
  public KubernetesClient newClient() {
    return new KubernetesClientBuilder().withConfig(clientConfig()).build();
  }

  /** Contains nothing of the machine's own kubeconfig. */
  public Config clientConfig() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url())
        .withNamespace("default")
        .withHttp2Disable(authority.isEmpty())
        .withCaCertFile(authority.map(Path::toString).orElse(null))
        .build();
  }

  /** For a separate process that connects with TLS. */
  public String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
    users: [{name: u, user: {token: none}}]
    contexts: [{name: x, context: {cluster: c, user: u, namespace: default}}]
    current-context: x
    """
        .formatted(url(), authority.orElseThrow());
  }

  public String url() {
    return server.url("/");
  }

  @Override
  public void close() {
    server.destroy();
  }
}
