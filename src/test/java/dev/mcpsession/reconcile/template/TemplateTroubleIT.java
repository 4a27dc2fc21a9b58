package dev.mcpsession.reconcile.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.GatewaySession;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A template from which no Pod can be made, and one that is deleted. */
@ClusterTest
class TemplateTroubleIT {
  private static final Duration A_WHILE = Duration.ofSeconds(2);
  private static final String SESSION =
      """
      {idleTimeoutSeconds: 0, drainSeconds: 0, service: true, podTemplate: {spec: {
        nodeSelector: {type: fake},
        tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],
        containers: [{name: backend, image: "busybox:1.35"}]}}}\
      """
          .replace("\n", " ");

  private final KubernetesClient client;
  private final Cluster cluster;
  private String namespace;
  private LiveTemplate template;
  private McpSessionTemplate made;
  private RunningController controller;

  TemplateTroubleIT(Cluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
  }

  @BeforeEach
  void start() {
    namespace = cluster.newNamespace();
    controller = new RunningController(client, namespace);
    template = new LiveTemplate(client, namespace, "forgejo");
    made = template.create(SESSION);
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void noSessionBeginsAnythingWithATemplateThatTheApiServerRefuses() {
    LiveSession alice = create(GatewaySession.of(made, "alice"));
    assertServesFirst(alice);
    template.change("{podTemplate: {spec: {containers: [{name: backend}]}}}");
    Eventually.assertThat(
        () -> assertThat(template.says("Valid")).isEqualTo("Valid False Invalid"));
    assertThat(template.message("Valid")).contains("image: Required value");
    LiveSession bob = create(GatewaySession.of(made, "bob"));
    Eventually.assertThat(
        () -> {
          assertThat(bob.message(ConditionType.Ready)).contains("template forgejo is invalid");
          assertThat(alice.message(ConditionType.UpToDate)).contains("template forgejo is invalid");
        });
    Eventually.staysSo(
        A_WHILE,
        () -> {
          assertThat(alice.isServing()).isTrue();
          assertThat(alice.status().attempt()).isNull();
          assertThat(alice.ownPods()).hasSize(1);
          assertThat(bob.status().attempt()).isNull();
          assertThat(bob.ownPods()).isEmpty();
        });
    template.change("{podTemplate: {spec: {containers: [{name: backend, image: busybox:1.35}]}}}");
    assertServesFirst(alice);
    assertServesFirst(bob);
    Eventually.assertThat(() -> assertThat(template.isUpToDate()).isTrue());
  }

  @Test
  void whatATemplateOwnsGoesWithItAndWhatElseNamesItServesOn() {
    LiveSession owned = create(GatewaySession.of(made, "alice"));
    McpSession own = GatewaySession.of(made, "bob");
    own.getMetadata().setOwnerReferences(List.of());
    LiveSession other = create(own);
    assertServesFirst(owned);
    assertServesFirst(other);
    template.resource().delete();
    Eventually.assertThat(
        () -> {
          assertThat(owned.get()).isNull();
          assertThat(owned.ownPods()).isEmpty();
          assertThat(other.says(ConditionType.UpToDate)).isEqualTo("not UpToDate TemplateMissing");
        });
    Eventually.staysSo(
        A_WHILE,
        () -> {
          assertThat(other.isServing()).isTrue();
          assertThat(other.ownPods()).hasSize(1);
          assertThat(other.service()).isNotNull();
        });
    template.create(SESSION);
    Eventually.assertThat(() -> assertThat(template.isUpToDate()).isTrue());
    assertServesFirst(other);
    assertThat(template.status().sessions()).isEqualTo(1);
    assertThat(template.status().upToDate()).isEqualTo(1);
  }

  private LiveSession create(McpSession session) {
    client.resource(session).create();
    return new LiveSession(client, namespace, session.getMetadata().getName());
  }

  /** It serves by its first and only Pod. */
  private static void assertServesFirst(LiveSession session) {
    Eventually.assertThat(
        () -> {
          assertThat(session.isServing()).isTrue();
          assertThat(session.says(ConditionType.UpToDate)).isEqualTo("UpToDate Current");
          assertThat(session.status().revision()).isEqualTo(1);
          assertThat(session.ownPods()).hasSize(1);
        });
  }
}
