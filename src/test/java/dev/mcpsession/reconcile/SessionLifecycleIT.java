package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole life of a session on a real cluster, with a real Pod. */
@ClusterTest
class SessionLifecycleIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aSessionStartsServesAndIsEvictedWhenIdle(Cluster cluster) {
    try (var controller = new RunningController(cluster.client(), cluster.namespace())) {
      cluster.sessions().resource(session()).create();
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                McpSessionStatus status = cluster.sessions().withName("alice").get().getStatus();
                assertThat(status).isNotNull();
                assertThat(status.podName()).isEqualTo("alice-1");
                assertThat(status.tokenExpirationTime()).isAfter(status.renewalTime());
              });
      await().atMost(SOON).until(() -> cluster.sessions().withName("alice").get() == null);
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(reasons(cluster)).containsExactly("Ready", "Evicted"));
    }
  }

  private static List<String> reasons(Cluster cluster) {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> "McpSession".equals(event.getInvolvedObject().getKind()))
        .map(Event::getReason)
        .toList();
  }

  private static McpSession session() {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: alice}
        spec:
          user: alice
          idleTimeoutSeconds: 8
          token: {serviceAccount: {name: default, expirationSeconds: 600}}
          podTemplate:
            spec:
              containers:
              - name: backend
                image: busybox:1.35
                imagePullPolicy: IfNotPresent
                command: [httpd, -f, -p, "8080", -h, /tmp]
        """,
        McpSession.class);
  }
}
