package dev.mcpsession.cli.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rights in config/rbac are enough for everything that the operator does. */
@ClusterTest
class LeastRightsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Cluster cluster;
  private String namespace;
  private ClusterUser user;

  @BeforeEach
  void grantWhatTheManifestsGrant(Cluster given) throws Exception {
    cluster = given;
    namespace = given.newNamespace();
    ClusterRole operator = read("config/rbac/operator.yaml", ClusterRole.class);
    operator.getMetadata().setName(namespace);
    given.client().resource(operator).create();
    Role leases = read("config/rbac/operator.yaml", Role.class);
    leases.getMetadata().setNamespace(namespace);
    given.client().resource(leases).create();
    user = ClusterUser.create(given, namespace, "operator", "ClusterRole", namespace);
    ClusterUser.bind(given, namespace, "operator", "Role", leases.getMetadata().getName());
  }

  @AfterEach
  void removeTheRole() {
    cluster.client().rbac().clusterRoles().withName(namespace).delete();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aSessionLivesItsWholeLifeWithTheRightsOfTheManifests() throws Exception {
    try (OperatorChild child = operator()) {
      sessions().resource(revocable()).create();
      sessions().resource(session()).create();
      awaitRevision("alice", 1);
      MergePatch.apply(
          sessions().withName("alice"),
          "{metadata: {annotations: {%s: nonsense, %s: now}}}"
              .formatted(Names.LAST_ACTIVE, Names.RESTARTED_AT));
      awaitRevision("alice", 2);
      await().atMost(SOON).until(() -> sessions().withName("alice").get() == null);
      await().atMost(SOON).until(() -> child.log().contains("Evicted"));
      assertThat(sessions().withName("bob").get().getMetadata().getFinalizers())
          .containsExactly(Names.REVOCATION_FINALIZER);
      sessions().withName("bob").delete();
      await().atMost(SOON).until(() -> sessions().withName("bob").get() == null);
      assertThat(child.log()).doesNotContainIgnoringCase("forbidden");
      assertThat(child.terminate()).isZero();
    }
  }

  /** Nobody may list or watch Secrets here: the named one is read at a start and at a renewal. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aNamedSecretIsReadWhenItIsNeeded() throws Exception {
    try (OperatorChild child = operator()) {
      sessions().resource(readingItsTokenFromASecret()).create();
      await().atMost(SOON).until(() -> says("carol", "no Secret carol-token with the label"));
      put("first", Duration.ofSeconds(45)); // renewed after two thirds of that
      awaitRevision("carol", 1);
      put("second", Duration.ofHours(1));
      awaitRevision("carol", 2);
      assertThat(child.log()).doesNotContainIgnoringCase("forbidden");
    }
  }

  private boolean says(String name, String words) {
    return Serialization.asYaml(sessions().withName(name).get()).contains(words);
  }

  private void put(String token, Duration life) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("carol-token")
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .addToStringData("token", token)
            .addToStringData("expiresAt", Instant.now().plus(life).toString())
            .build();
    cluster.client().resource(secret).createOr(NonDeletingOperation::update);
  }

  private OperatorChild operator() throws Exception {
    return OperatorChild.start(
        Map.of("POD_NAMESPACE", namespace),
        "--kubeconfig",
        user.kubeconfig().toString(),
        "--namespace",
        namespace,
        "--leader-election",
        "on");
  }

  private NonNamespaceOperation<
          McpSession, KubernetesResourceList<McpSession>, Resource<McpSession>>
      sessions() {
    return cluster.client().resources(McpSession.class).inNamespace(namespace);
  }

  private void awaitRevision(String name, int revision) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> revision == sessions().withName(name).get().getStatus().revision());
  }

  private static <T extends HasMetadata> T read(String file, Class<T> kind) throws IOException {
    for (String document : Files.readString(Path.of(file)).split("\n---\n", -1)) {
      if (document.contains("kind: " + kind.getSimpleName() + "\n")) {
        return Serialization.unmarshal(document, kind);
      }
    }
    throw new IOException("no " + kind.getSimpleName() + " in " + file);
  }

  /** Gets no token, for its client is not there; its end waits for the revocation all the same. */
  private static McpSession revocable() {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: bob}
        spec:
          user: bob
          token:
            oauth2ClientCredentials:
              tokenEndpoint: https://idp.example/token
              clientSecretName: client
              revocationEndpoint: https://idp.example/revoke
          podTemplate: {spec: {containers: [{name: backend, image: "busybox:1.35"}]}}
        """,
        McpSession.class);
  }

  private static McpSession readingItsTokenFromASecret() {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: carol}
        spec:
          user: carol
          drainSeconds: 0
          token: {secret: {name: carol-token, expiresAtKey: expiresAt}}
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers: [{name: backend, image: "busybox:1.35"}]
        """,
        McpSession.class);
  }

  private static McpSession session() {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: alice, annotations: {mcpsession.dev/restartedAt: before}}
        spec:
          user: alice
          idleTimeoutSeconds: 12
          drainSeconds: 1
          token: {serviceAccount: {name: default, expirationSeconds: 600}}
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers: [{name: backend, image: "busybox:1.35"}]
        """,
        McpSession.class);
  }
}
