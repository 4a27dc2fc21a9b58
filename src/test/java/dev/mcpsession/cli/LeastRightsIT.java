package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rights in config/rbac are enough for everything that the operator does. */
@ClusterTest
class LeastRightsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Cluster cluster;
  private String role;

  @AfterEach
  void removeTheRole() {
    cluster.client().rbac().clusterRoles().withName(role).delete();
  }

  @Test
  void aSessionLivesItsWholeLifeWithTheRightsOfTheManifests(Cluster given) throws Exception {
    cluster = given;
    String namespace = given.namespace();
    role = namespace;
    ClusterRole operator = read("config/rbac/operator.yaml", ClusterRole.class);
    operator.getMetadata().setName(role);
    given.client().resource(operator).create();
    Role leases = read("config/rbac/leader-election.yaml", Role.class);
    leases.getMetadata().setNamespace(namespace);
    given.client().resource(leases).create();
    ClusterUser user = ClusterUser.create(given, namespace, "operator", "ClusterRole", role);
    ClusterUser.bind(given, namespace, "operator", "Role", leases.getMetadata().getName());

    try (OperatorChild child =
        OperatorChild.start(
            Map.of("POD_NAMESPACE", namespace),
            "--kubeconfig",
            user.kubeconfig().toString(),
            "--namespace",
            namespace,
            "--leader-election",
            "on")) {
      given.sessions().resource(revocable()).create();
      given.sessions().resource(session()).create();
      awaitRevision(1);
      given
          .sessions()
          .withName("alice")
          .edit(
              session -> {
                session.getMetadata().getAnnotations().put(Names.LAST_ACTIVE, "nonsense");
                session.getMetadata().getAnnotations().put(Names.RESTARTED_AT, "now");
                return session;
              });
      awaitRevision(2);
      await().atMost(SOON).until(() -> given.sessions().withName("alice").get() == null);
      await().atMost(SOON).until(() -> child.log().contains("Evicted"));
      assertThat(given.sessions().withName("bob").get().getMetadata().getFinalizers())
          .containsExactly(Names.REVOCATION_FINALIZER);
      given.sessions().withName("bob").delete();
      await().atMost(SOON).until(() -> given.sessions().withName("bob").get() == null);
      assertThat(child.log()).doesNotContainIgnoringCase("forbidden");
      assertThat(child.terminate()).isZero();
    }
  }

  private void awaitRevision(int revision) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> revision == cluster.sessions().withName("alice").get().getStatus().revision());
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
