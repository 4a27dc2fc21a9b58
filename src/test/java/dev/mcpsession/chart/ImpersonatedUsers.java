package dev.mcpsession.chart;

import dev.mcpsession.cluster.Cluster;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Users with all rights in the namespace of a test class, so that it is a policy that refuses what
 * they try.
 */
final class ImpersonatedUsers implements AutoCloseable {
  private final Cluster cluster;
  private final List<KubernetesClient> clients = new ArrayList<>();

  ImpersonatedUsers(Cluster cluster) {
    this.cluster = cluster;
  }

  /** A client of that user, who is a member of these groups. */
  KubernetesClient as(String user, String... groups) {
    allow(user, cluster.namespace());
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(cluster.client().getConfiguration())
                    .withImpersonateUsername(user)
                    .withImpersonateGroups(groups)
                    .build())
            .build();
    clients.add(client);
    return client;
  }

  /** Gives a user all rights in a further namespace. */
  void allow(String user, String namespace) {
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withGenerateName("all-")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .create();
  }

  /** A client of the ServiceAccount {@code gateway} of the namespace. */
  KubernetesClient asGateway() {
    return as("system:serviceaccount:" + cluster.namespace() + ":gateway");
  }

  /** Whose client it is. */
  static String name(KubernetesClient client) {
    return client.getConfiguration().getImpersonateUsername();
  }

  @Override
  public void close() {
    clients.forEach(KubernetesClient::close);
  }
}
