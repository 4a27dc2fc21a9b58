package dev.mcpsession.cluster;

import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.NamedAuthInfoBuilder;
import io.fabric8.kubernetes.api.model.NamedClusterBuilder;
import io.fabric8.kubernetes.api.model.NamedContextBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A ServiceAccount of one namespace, so that the audit log distinguishes its requests from others'.
 */
public record ClusterUser(String name, Path kubeconfig) {
  /** Creates a user with all rights in its namespace. */
  public static ClusterUser create(Cluster cluster, String namespace, String account)
      throws IOException {
    return create(cluster, namespace, account, "ClusterRole", "cluster-admin");
  }

  /** Creates a user with the rights of one role in its namespace; more can be bound. */
  public static ClusterUser create(
      Cluster cluster, String namespace, String account, String roleKind, String role)
      throws IOException {
    KubernetesClient client = cluster.client();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(account)
                .endMetadata()
                .build())
        .create();
    bind(cluster, namespace, account, roleKind, role);
    return new ClusterUser(
        "system:serviceaccount:" + namespace + ":" + account,
        kubeconfig(client, namespace, account));
  }

  /** Gives the user the rights of another role in its namespace. */
  public static void bind(
      Cluster cluster, String namespace, String account, String roleKind, String role) {
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(account + "-" + role)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", roleKind, role)
                .addNewSubject("", "ServiceAccount", account, namespace)
                .build())
        .create();
  }

  private static Path kubeconfig(KubernetesClient client, String namespace, String account)
      throws IOException {
    String token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(account)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Config config = client.getConfiguration();
    var kubeconfig =
        new ConfigBuilder()
            .withCurrentContext("it")
            .withClusters(
                new NamedClusterBuilder()
                    .withName("it")
                    .withNewCluster()
                    .withServer(config.getMasterUrl())
                    .withCertificateAuthority(config.getCaCertFile())
                    .withCertificateAuthorityData(config.getCaCertData())
                    .endCluster()
                    .build())
            .withUsers(
                new NamedAuthInfoBuilder()
                    .withName("it")
                    .withNewUser()
                    .withToken(token)
                    .endUser()
                    .build())
            .withContexts(
                new NamedContextBuilder()
                    .withName("it")
                    .withNewContext()
                    .withCluster("it")
                    .withUser("it")
                    .endContext()
                    .build())
            .build();
    Path file = Files.createTempFile(account, ".kubeconfig");
    file.toFile().deleteOnExit();
    Files.writeString(file, Serialization.asYaml(kubeconfig));
    return file;
  }
}
