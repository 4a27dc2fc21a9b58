package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import dev.mcpsession.rbac.Permission;
import dev.mcpsession.rbac.Role;
import dev.mcpsession.rbac.Rules;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Before the operator is uninstalled. */
@ClusterTest
class CleanupIT {
  private static final String REVOCABLE =
      "token: {oauth2ClientCredentials: {tokenEndpoint: 'https://idp.example/t',"
          + " clientSecretName: client, revocationEndpoint: 'https://idp.example/r'}}";

  private final Cluster cluster;
  private SomeSessions sessions;
  private ClusterUser user;

  CleanupIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void grantWhatTheTableGrants() throws Exception {
    sessions = new SomeSessions(cluster, cluster.newNamespace());
    cluster
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(sessions.namespace())
                .withName("cleanup")
                .endMetadata()
                .withRules(Rules.of(Permission.of(Role.CLEANUP)))
                .build())
        .create();
    user = ClusterUser.create(cluster, sessions.namespace(), "cleanup", "Role", "cleanup");
  }

  @Test
  void noSessionIsLeftAndNoBudget() throws Exception {
    for (int i = 1; i <= 5; i++) {
      sessions.create("plain-" + i, "");
      sessions.create("revocable-" + i, REVOCABLE);
    }
    budget("ours", Names.MANAGED_BY);
    budget("other", "somebody-else");
    try (OperatorChild operator = sessions.operator()) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () ->
                  sessions.says("plain-5", "Serving")
                      && sessions.all().list().getItems().stream()
                              .filter(it -> !it.getMetadata().getFinalizers().isEmpty())
                              .count()
                          == 5);
      RoleRun run = cleanUp("--timeout=120");
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isZero();
      assertThat(run.out())
          .contains("None is left; deleted: 10", "Deleted PodDisruptionBudget " + ns("ours"))
          .doesNotContain(ns("other"));
      assertThat(sessions.all().list().getItems()).isEmpty();
      assertThat(
              cluster
                  .client()
                  .policy()
                  .v1()
                  .podDisruptionBudget()
                  .inNamespace(sessions.namespace())
                  .list()
                  .getItems())
          .extracting(it -> it.getMetadata().getName())
          .containsExactly("other");
    }
  }

  @Test
  void whatNoOperatorLetsGoIsNamedWithItsFinalizers() {
    sessions.create("held", List.of(Names.REVOCATION_FINALIZER, "example.com/audit"), REVOCABLE);
    sessions.create("free", "");
    RoleRun run = cleanUp("--timeout=2");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("1 McpSession is left after 2 s:", ns("held"))
        .contains("which a running operator removes within a minute; see whether one runs")
        .contains("example.com/audit, which another program removes")
        .doesNotContain(ns("free"));
    sessions.letGo("held");
  }

  @Test
  void withoutRightsItSaysAtOnceWhatToAskFor() throws Exception {
    sessions.create("alice", "");
    ClusterUser nobody =
        ClusterUser.create(cluster, sessions.namespace(), "nobody", "Role", "no-such-role");
    RoleRun run = RoleRun.as(nobody.kubeconfig(), "cleanup", "--namespace", sessions.namespace());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("is forbidden", "; ask for list and delete on mcpsessions.mcpsession.dev");
  }

  @Test
  void asAHookItDeletesNothingUnlessHelmIsUninstalling() {
    sessions.create("alice", "");
    allowToReadReleases();
    assertThat(hook(1).err())
        .contains("No session was deleted: it is not known that Helm is uninstalling")
        .contains("run cleanup without --only-while-helm-uninstalls");
    store("mcp", 1, "superseded");
    store("mcp", 2, "deployed");
    store("mcp", 3, "failed");
    store("other", 1, "uninstalling");
    RoleRun refused = hook(1);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("sh.helm.release.v1.mcp.v1", "status=uninstalling");
    assertThat(sessions.all().list().getItems()).hasSize(1);

    store("mcp", 4, "uninstalling");
    RoleRun run = hook(2);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(sessions.all().list().getItems()).isEmpty();
  }

  @Test
  void asAHookWithoutTheRightToLookItDeletesNothing() {
    sessions.create("alice", "");
    store("mcp", 1, "uninstalling");
    assertThat(hook(1).err())
        .contains("No session was deleted", "sh.helm.release.v1.mcp.v1", "is forbidden");
    assertThat(sessions.all().list().getItems()).hasSize(1);
  }

  private RoleRun hook(int revision) {
    return RoleRun.as(
        user.kubeconfig(),
        "cleanup",
        "--namespace",
        sessions.namespace(),
        "--only-while-helm-uninstalls",
        sessions.namespace() + "/mcp/" + revision,
        "--timeout=30");
  }

  /** As Helm does; what it stores of the release does not matter here. */
  private void store(String release, int revision, String status) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(sessions.namespace())
                .withName("sh.helm.release.v1." + release + ".v" + revision)
                .addToLabels(Map.of("owner", "helm", "name", release, "status", status))
                .endMetadata()
                .withType("helm.sh/release.v1")
                .build())
        .create();
  }

  private void allowToReadReleases() {
    cluster
        .client()
        .rbac()
        .roles()
        .inNamespace(sessions.namespace())
        .withName("cleanup")
        .edit(
            role ->
                new RoleBuilder(role)
                    .addNewRule()
                    .withApiGroups("")
                    .withResources("secrets", "configmaps")
                    .withVerbs("get")
                    .endRule()
                    .build());
  }

  private RoleRun cleanUp(String timeout) {
    return RoleRun.as(user.kubeconfig(), "cleanup", "--namespace", sessions.namespace(), timeout);
  }

  private String ns(String name) {
    return sessions.namespace() + "/" + name;
  }

  private void budget(String name, String manager) {
    cluster
        .client()
        .resource(
            new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withNamespace(sessions.namespace())
                .withName(name)
                .addToLabels(Names.MANAGED_BY_LABEL, manager)
                .endMetadata()
                .withNewSpec()
                .withNewMinAvailable(1)
                .endSpec()
                .build())
        .create();
  }
}
