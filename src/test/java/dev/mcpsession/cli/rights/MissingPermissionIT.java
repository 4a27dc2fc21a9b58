package dev.mcpsession.cli.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cli.OperatorOptions;
import dev.mcpsession.cli.OperatorProcess;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.process.leader.Identity;
import dev.mcpsession.rbac.Permission;
import dev.mcpsession.rbac.Role;
import dev.mcpsession.rbac.Rules;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Users that lack one right each are told which, and nothing hangs. */
@ClusterTest
class MissingPermissionIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Cluster cluster;
  private String namespace;

  @BeforeEach
  void useANamespaceOfItsOwn(Cluster given) {
    cluster = given;
    namespace = given.newNamespace();
  }

  static Stream<Permission> permissions() {
    return needed().stream();
  }

  @ParameterizedTest
  @MethodSource("permissions")
  void whoeverLacksOneIsToldWhich(Permission missing) throws Exception {
    grant(needed().stream().filter(p -> !p.equals(missing)).toList());
    try (OperatorProcess process = start()) {
      String where =
          missing.role() == Role.WATCH_NODES ? "the whole cluster" : "namespace " + namespace;
      String said = " permissions: " + missing + " (in " + where + "). ";
      await().atMost(SOON).until(() -> process.notReadyReason().orElse("").contains(said));
    }
  }

  @Test
  void severalAreNamedAtOnceAndItGoesOnWhenTheyAreGranted() throws Exception {
    grant(List.of());
    try (OperatorProcess process = start()) {
      await()
          .atMost(SOON)
          .until(
              () -> process.notReadyReason().orElse("").contains("create secrets, update secrets"));
      grant(needed());
      await().atMost(SOON).until(() -> process.notReadyReason().isEmpty());
    }
    assertThat(needed()).hasSizeGreaterThan(20);
  }

  private static List<Permission> needed() {
    return Permission.of(
        Role.SESSIONS,
        Role.WATCH_TOKEN_SECRETS,
        Role.DRAIN,
        Role.WATCH_NODES,
        Role.LEADER_ELECTION);
  }

  @AfterEach
  void removeWhatIsInNoNamespace() {
    cluster.client().rbac().clusterRoleBindings().withName(namespace).delete();
    cluster.client().rbac().clusterRoles().withName(namespace).delete();
  }

  private void grant(List<Permission> permissions) {
    Map<Boolean, List<Permission>> byScope =
        permissions.stream().collect(Collectors.partitioningBy(p -> p.role() == Role.WATCH_NODES));
    var clusterRole =
        new ClusterRoleBuilder()
            .withNewMetadata()
            .withName(namespace)
            .endMetadata()
            .withRules(Rules.of(byScope.get(true)))
            .build();
    var clusterBinding =
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName(namespace)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", namespace)
            .addNewSubject("rbac.authorization.k8s.io", "User", user(), "")
            .build();
    var role =
        new RoleBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("operator")
            .endMetadata()
            .withRules(Rules.of(byScope.get(false)))
            .build();
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("operator")
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", "operator")
            .addNewSubject("rbac.authorization.k8s.io", "User", user(), "")
            .build();
    Stream.of(clusterRole, clusterBinding, role, binding)
        .forEach(made -> cluster.client().resource(made).createOr(NonDeletingOperation::update));
  }

  private String user() {
    return "user-of-" + namespace;
  }

  private OperatorProcess start() throws Exception {
    Config config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
    config.setImpersonateUsername(user());
    return OperatorProcess.start(
        config,
        OperatorConfig.parse("{watchTokenSecrets: true, watchNodes: true}"),
        new OperatorOptions(
            Set.of(namespace),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            true,
            Identity.of(null, "localhost"),
            namespace,
            IssuerProxies.none()),
        why -> {});
  }
}
