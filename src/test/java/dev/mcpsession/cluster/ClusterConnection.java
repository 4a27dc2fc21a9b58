package dev.mcpsession.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The API server that the tests of one run share, with this project's CRDs installed. */
record ClusterConnection(Path file, KubernetesClient client) implements AutoCloseable {
  static final String PROPERTY = "cluster.kubeconfig";

  static Optional<Path> kubeconfig() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .filter(file -> !file.isBlank())
        .map(file -> Path.of(file).toAbsolutePath());
  }

  static ClusterConnection open() {
    Path file = kubeconfig().orElseThrow();
    var client =
        new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(file.toFile())).build();
    var connection = new ClusterConnection(file, client);
    connection.installCrds();
    return connection;
  }

  /** This project's CRDs as they are now. */
  void installCrds() {
    try (DirectoryStream<Path> crds = Files.newDirectoryStream(Path.of("crds"), "*.yaml")) {
      crds.forEach(
          crd ->
              install(
                  client
                      .apiextensions()
                      .v1()
                      .customResourceDefinitions()
                      .load(crd.toFile())
                      .item()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes over an existing CRD: the list of versions is one value, so no earlier rule remains. */
  void install(CustomResourceDefinition wanted) {
    var resource = client.resource(wanted);
    resource.forceConflicts().serverSideApply();
    resource.waitUntilCondition(ClusterConnection::isEstablished, 30, SECONDS);
  }

  private static boolean isEstablished(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        // Null right after its creation; a client's lists are never null otherwise.
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  @Override
  public void close() {
    client.close();
  }
}
