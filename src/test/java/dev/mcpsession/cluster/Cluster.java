package dev.mcpsession.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real API server with the CRD installed, and namespaces that are deleted after the test class.
 */
public final class Cluster implements AutoCloseable {
  private final ClusterConnection connection;
  private final String prefix;
  private final List<Namespace> namespaces = new CopyOnWriteArrayList<>();
  private final String namespace;

  private Cluster(ClusterConnection connection, String prefix) {
    this.connection = connection;
    this.prefix = prefix;
    this.namespace = newNamespace();
  }

  static Cluster of(ClusterConnection connection, Class<?> test) {
    return new Cluster(connection, test.getSimpleName().toLowerCase(Locale.ROOT) + "-");
  }

  /** A cluster for a program that is not a test; empty if none is configured. */
  public static Optional<Cluster> forProgram(Class<?> program) {
    return ClusterConnection.kubeconfig().map(file -> of(ClusterConnection.open(), program));
  }

  /** Shared by all tests: never close it. */
  public KubernetesClient client() {
    return connection.client();
  }

  /** The kubeconfig, for processes and separate clients. */
  public Path kubeconfig() {
    return connection.file();
  }

  /** The namespace of this test class. */
  public String namespace() {
    return namespace;
  }

  /** The sessions of this test class's namespace. */
  public NonNamespaceOperation<McpSession, KubernetesResourceList<McpSession>, Resource<McpSession>>
      sessions() {
    return client().resources(McpSession.class).inNamespace(namespace);
  }

  /**
   * Puts another version of a CRD in the place of this project's. All tests share it: whoever does
   * this calls {@link #restoreCrds} before it ends.
   */
  public void replaceCrd(CustomResourceDefinition crd) {
    connection.install(crd);
  }

  /** Installs this project's CRDs again. */
  public void restoreCrds() {
    connection.installCrds();
  }

  /** Another namespace, for a test that must be alone; deleted at the end, too. */
  public String newNamespace() {
    Namespace made =
        client()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withGenerateName(prefix)
                    .endMetadata()
                    .build())
            .create();
    namespaces.add(made);
    String name = made.getMetadata().getName();
    // Pods are refused until the controller manager has created it.
    client()
        .serviceAccounts()
        .inNamespace(name)
        .withName("default")
        .waitUntilCondition(account -> account != null, 30, SECONDS);
    return name;
  }

  /** Starts to delete everything that the tests created, without waiting for the end. */
  @Override
  public void close() {
    namespaces.forEach(made -> client().resource(made).delete());
  }
}
