package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The policy {@code admission.heartbeat}, in a real API server. Its writers have all rights in the
 * namespace.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeartbeatPolicyIT {
  private static final String GROUP = "heartbeat-writers";
  private static final String NAME = "alice";

  private final Cluster cluster;
  private final ImpersonatedUsers users;
  private KubernetesClient account;
  private KubernetesClient member;
  private KubernetesClient somebodyElse;
  private InstalledPolicy policy;

  HeartbeatPolicyIT(Cluster cluster) {
    this.cluster = cluster;
    this.users = new ImpersonatedUsers(cluster);
  }

  @BeforeAll
  void install() {
    String namespace = cluster.namespace();
    account = users.asGateway();
    member = users.as("bob", GROUP);
    somebodyElse = users.as("carol", "others");
    policy =
        InstalledPolicy.of(
            cluster,
            "heartbeat",
            "groups: [%s]\n    serviceAccounts: [{namespace: %s, name: gateway}]"
                .formatted(GROUP, namespace),
            () -> member.resource(session("probe")).inNamespace(namespace).dryRun(true).create());
  }

  @BeforeEach
  void aSessionToWriteTo() {
    if (session(cluster.client(), NAME).get() == null) {
      cluster.sessions().resource(session(NAME)).create();
    }
  }

  @AfterAll
  void remove() {
    if (policy != null) {
      policy.close();
    }
    users.close();
    // The namespace would not end with them.
    for (McpSession held : cluster.sessions().list().getItems()) {
      MergePatch.apply(cluster.sessions().resource(held), "{'metadata': {'finalizers': null}}");
    }
  }

  static Stream<WriteAttempt> attempts() {
    return WriteAttempt.all();
  }

  static Stream<Arguments> attemptsOfEach() {
    return attempts()
        .flatMap(attempt -> Stream.of(Arguments.of(attempt, true), Arguments.of(attempt, false)));
  }

  @ParameterizedTest(name = "{0}, as a ServiceAccount: {1}")
  @MethodSource("attemptsOfEach")
  void aWriterOfHeartbeatsChangesNothingElse(WriteAttempt attempt, boolean asAccount) {
    KubernetesClient client = asAccount ? account : member;
    String before = WriteAttempt.content(session(cluster.client(), NAME).get());
    assertThatThrownBy(() -> attempt.write().accept(session(client, NAME)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(attempt.refusal().formatted(ImpersonatedUsers.name(client)));
    assertThat(WriteAttempt.content(session(cluster.client(), NAME).get())).isEqualTo(before);
  }

  @Test
  void norDoesItCreateSessions() {
    for (KubernetesClient client : new KubernetesClient[] {account, member}) {
      assertThatThrownBy(
              () -> client.resource(session("new")).inNamespace(cluster.namespace()).create())
          .hasMessageContaining("may only write the annotation mcpsession.dev/lastActive of")
          .hasMessageContaining("not create them");
      assertThatThrownBy(
              () ->
                  client
                      .resource(session("new"))
                      .inNamespace(cluster.namespace())
                      .serverSideApply())
          .hasMessageContaining("not create them");
    }
    assertThat(session(cluster.client(), "new").get()).isNull();
  }

  @Test
  void norDoesItDeleteThemAllAtOnce() {
    assertThatThrownBy(
            () -> member.resources(McpSession.class).inNamespace(cluster.namespace()).delete())
        .hasMessageContaining("not delete them");
    assertThat(session(cluster.client(), NAME).get().getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void itWritesLastActiveInAnyWay() {
    for (KubernetesClient client : new KubernetesClient[] {account, member}) {
      Resource<McpSession> session = session(client, NAME);
      MergePatch.apply(session, "{" + WriteAttempt.touch("2026-11-21T09:00:00Z"));
      assertThat(lastActive()).isEqualTo("2026-11-21T09:00:00Z");
      session.patch(
          PatchContext.of(PatchType.JSON),
          "[{\"op\": \"replace\", \"path\": \"/metadata/annotations/mcpsession.dev~1lastActive\","
              + " \"value\": \"2026-11-21T09:01:00Z\"}]");
      assertThat(lastActive()).isEqualTo("2026-11-21T09:01:00Z");
      session.edit(
          found -> {
            found.getMetadata().getAnnotations().put(Names.LAST_ACTIVE, "2026-11-21T09:02:00Z");
            return found;
          });
      assertThat(lastActive()).isEqualTo("2026-11-21T09:02:00Z");
    }
  }

  @Test
  void itWritesTheFirstLastActiveOfASessionWithoutAnnotations() {
    McpSession bare = session("bare");
    bare.getMetadata().setAnnotations(null);
    bare.getMetadata().setLabels(null);
    bare.getMetadata().setFinalizers(null);
    cluster.sessions().resource(bare).create();
    MergePatch.apply(session(account, "bare"), "{" + WriteAttempt.touch("2026-11-21T09:00:00Z"));
    assertThat(session(cluster.client(), "bare").get().getMetadata().getAnnotations())
        .isEqualTo(Map.of(Names.LAST_ACTIVE, "2026-11-21T09:00:00Z"));
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void everybodyElseIsUnaffected(WriteAttempt attempt) {
    attempt.write().accept(session(somebodyElse, NAME));
    MergePatch.apply(session(cluster.client(), NAME), "{'metadata': {'finalizers': null}}");
    session(cluster.client(), NAME).delete();
  }

  private Resource<McpSession> session(KubernetesClient client, String name) {
    return client.resources(McpSession.class).inNamespace(cluster.namespace()).withName(name);
  }

  private String lastActive() {
    return session(cluster.client(), NAME)
        .get()
        .getMetadata()
        .getAnnotations()
        .get(Names.LAST_ACTIVE);
  }

  /** Suspended, so that nothing comes of it, and held by a finalizer. */
  private static McpSession session(String name) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata:
          name: %s
          labels: {team: a}
          annotations: {note: a, mcpsession.dev/lastActive: "2026-11-21T08:00:00Z"}
          finalizers: [example.com/held]
        spec:
          user: alice
          suspend: true
          podTemplate: {spec: {containers: [{name: a, image: b}]}}
        """
            .formatted(name),
        McpSession.class);
  }
}
