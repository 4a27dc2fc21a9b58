package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a backend gets on a real node, and what remains of it afterwards. */
@ClusterTest
class TokenInBackendIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String AUDIENCE = "https://git.example";

  private final Cluster cluster;
  private final KubernetesClient client;

  TokenInBackendIT(Cluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @Test
  void aBackendHasItsTokenInAFileAndAVariableAndNothingIsLeftOfItAfterTheEviction() {
    try (var controller = new RunningController(client, cluster.namespace())) {
      cluster.sessions().resource(session()).create();
      await().atMost(SOON).until(() -> reasons().contains("Ready"));

      Secret secret = client.secrets().inNamespace(cluster.namespace()).withName("alice-1").get();
      String token =
          new String(
              Base64.getDecoder().decode(secret.getData().get(Names.TOKEN_KEY)),
              StandardCharsets.US_ASCII);
      assertThat(secret.getImmutable()).isTrue();
      assertThat(secret.getMetadata().getOwnerReferences())
          .singleElement()
          .satisfies(owner -> assertThat(owner.getController()).isTrue());
      assertThat(backendLog()).contains("file " + token, "variable " + token);
      TokenReviewStatus review = review(token);
      assertThat(review.getAuthenticated()).isTrue();
      assertThat(review.getAudiences()).containsExactly(AUDIENCE);
      assertThat(review.getUser().getUsername())
          .isEqualTo("system:serviceaccount:" + cluster.namespace() + ":default");

      MergePatch.apply(cluster.sessions().withName("alice"), "{spec: {idleTimeoutSeconds: 1}}");
      await().atMost(SOON).untilAsserted(() -> assertThat(children()).isEmpty());
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(reasons()).containsExactlyInAnyOrder("Ready", "Evicted"));
    }
  }

  private String backendLog() {
    return client.pods().inNamespace(cluster.namespace()).withName("alice-1").getLog();
  }

  private TokenReviewStatus review(String token) {
    return client
        .tokenReviews()
        .create(
            new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(AUDIENCE)
                .endSpec()
                .build())
        .getStatus();
  }

  /** The reasons of the session's Events, queried as kubectl describe does. */
  private List<String> reasons() {
    return client
        .v1()
        .events()
        .inNamespace(cluster.namespace())
        .withField("involvedObject.kind", "McpSession")
        .withField("involvedObject.name", "alice")
        .list()
        .getItems()
        .stream()
        .map(Event::getReason)
        .toList();
  }

  private List<String> children() {
    var secrets = client.secrets().inNamespace(cluster.namespace()).withLabel(Names.SESSION_LABEL);
    var services =
        client.services().inNamespace(cluster.namespace()).withLabel(Names.SESSION_LABEL);
    var pods = client.pods().inNamespace(cluster.namespace()).withLabel(Names.SESSION_LABEL);
    return Stream.of(secrets.list().getItems(), services.list().getItems(), pods.list().getItems())
        .flatMap(List::stream)
        .map(child -> child.getKind() + " " + child.getMetadata().getName())
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
          idleTimeoutSeconds: 0
          token:
            env: UPSTREAM_TOKEN
            serviceAccount: {name: default, audience: "%s", expirationSeconds: 600}
          podTemplate:
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: backend
                image: busybox:1.35
                imagePullPolicy: IfNotPresent
                command:
                - sh
                - -c
                - |
                  echo "file $(cat /var/run/secrets/mcpsession.dev/token)"
                  echo "variable $UPSTREAM_TOKEN"
                  exec httpd -f -p 8080 -h /tmp
        """
            .formatted(AUDIENCE),
        McpSession.class);
  }
}
