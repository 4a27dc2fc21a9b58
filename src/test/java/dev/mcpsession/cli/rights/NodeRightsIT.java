package dev.mcpsession.cli.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With watchNodes the operator wants to read nodes, which no Role of a namespace can grant. */
@ClusterTest
class NodeRightsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final String role;

  NodeRightsIT(Cluster cluster) {
    this.cluster = cluster;
    this.role = cluster.namespace();
  }

  @AfterEach
  void removeTheRole() {
    var rbac = cluster.client().rbac();
    rbac.clusterRoleBindings().withName(role).delete();
    rbac.clusterRoles().withName(role).delete();
  }

  @Test
  void theOperatorSaysWhatItLacksAndGoesOnWithTheRightsOfTheManifests(@TempDir Path folder)
      throws Exception {
    String namespace = cluster.namespace();
    ClusterRole operator = operatorRole();
    cluster.client().resource(operator).create();
    ClusterUser user = ClusterUser.create(cluster, namespace, "operator", "ClusterRole", role);
    Path config = Files.writeString(folder.resolve("operator.yaml"), "watchNodes: true\n");
    try (OperatorChild child =
        OperatorChild.start(
            Map.of(),
            "--kubeconfig",
            user.kubeconfig().toString(),
            "--namespace",
            namespace,
            "--config",
            config.toString())) {
      child.awaitLog("permissions: list nodes, watch nodes (in the whole cluster)");
      assertThat(child.get("/readyz").body()).contains("list nodes");
      bindEverywhere(namespace);
      await().atMost(SOON).until(() -> child.get("/readyz").statusCode() == 200);
      String said = child.log();
      cluster.sessions().resource(session()).create();
      await().atMost(SOON).ignoreExceptions().until(this::isServing);
      assertThat(budgetUid()).isNotEmpty();
      assertThat(child.log().substring(said.length())).doesNotContainIgnoringCase("forbidden");
    }
  }

  private ClusterRole operatorRole() throws IOException {
    String file = Files.readString(Path.of("config/rbac/operator.yaml"));
    ClusterRole operator = Serialization.unmarshal(file.split("\n---\n", -1)[0], ClusterRole.class);
    operator.getMetadata().setName(role);
    return operator;
  }

  private void bindEverywhere(String namespace) {
    cluster
        .client()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject("", "ServiceAccount", "operator", namespace)
                .build())
        .create();
  }

  private boolean isServing() {
    return "alice-1".equals(cluster.sessions().withName("alice").get().getStatus().podName());
  }

  private String budgetUid() {
    return cluster
        .client()
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(cluster.namespace())
        .withName(Names.BUDGET)
        .get()
        .getMetadata()
        .getUid();
  }

  private static McpSession session() {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: alice}
        spec:
          user: alice
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers: [{name: backend, image: "busybox:1.35"}]
        """,
        McpSession.class);
  }
}
