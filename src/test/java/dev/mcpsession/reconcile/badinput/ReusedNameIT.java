package dev.mcpsession.reconcile.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that is reused while its predecessor's objects are still being deleted. */
@ClusterTest
class ReusedNameIT {
  /** A session whose Pod takes its whole grace period to end. */
  private static final String STUBBORN =
      """
      {spec: {terminationGracePeriodSeconds: 6, containers: [{
        name: backend, image: "busybox:1.35", imagePullPolicy: IfNotPresent,
        command: [sh, -c, "trap '' TERM; httpd -p 8080 -h /tmp; while true; do sleep 1; done"]}]}}
      """;

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private RunningController controller;

  ReusedNameIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void start() {
    controller = new OperatorOf(cluster).with(api);
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"background", "orphan"})
  void theSuccessorServesAndNeverTouchesWhatItsPredecessorHad(String how) {
    LiveSession session = new LiveSession(cluster.client(), cluster.namespace(), "reused-" + how);
    session.source(Map.of("token", "first"));
    create(session, STUBBORN);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    Pod old = session.ownPods().getFirst();

    boolean orphaned = how.equals("orphan");
    session
        .resource()
        .withPropagationPolicy(
            orphaned ? DeletionPropagation.ORPHAN : DeletionPropagation.BACKGROUND)
        .delete();
    Eventually.assertThat(() -> assertThat(session.get()).isNull());
    session.source(Map.of("token", "second"));
    api.listen();
    McpSession successor = create(session, LiveSession.REAL);
    if (orphaned) {
      assertOrphansAreLeftAlone(session, old);
      return;
    }
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    assertThat(session.status().podName()).isNotEqualTo(old.getMetadata().getName());
    assertThat(session.servedToken()).isEqualTo("second");
    assertThat(session.service().getMetadata().getOwnerReferences().getFirst().getUid())
        .isEqualTo(successor.getMetadata().getUid());
    Eventually.assertThat(() -> assertThat(session.ownPods()).hasSize(1));
    assertThat(LiveSession.names(session.ownSecrets()))
        .isEqualTo(List.of(session.status().podName()));
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(25);
    session.resource().delete();
  }

  private void assertOrphansAreLeftAlone(LiveSession session, Pod old) {
    Eventually.assertThat(() -> assertThat(session.events()).containsKey("NameConflict"));
    cluster.client().services().inNamespace(cluster.namespace()).withName(session.name()).delete();
    Eventually.assertWithin(Duration.ofSeconds(20), () -> assertThat(session.isServing()).isTrue());
    assertThat(session.status().revision()).isEqualTo(2);
    Pod orphan = cluster.client().resource(old).get();
    assertThat(orphan.getMetadata().getUid()).isEqualTo(old.getMetadata().getUid());
    assertThat(orphan.getMetadata().getDeletionTimestamp()).isNull();
    cluster.client().resource(orphan).withGracePeriod(0).delete();
    session.resource().delete();
  }

  @Test
  void aSessionHeldByAFinalizerIsNotGivenAnythingMore() {
    LiveSession session = new LiveSession(cluster.client(), cluster.namespace(), "held");
    session.source(Map.of("token", "first"));
    create(session, LiveSession.FAKE);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    session.patch("{metadata: {finalizers: [example.com/hold]}}");
    session.resource().delete();
    Eventually.assertThat(
        () -> assertThat(session.get().getMetadata().getDeletionTimestamp()).isNotNull());
    api.listen();
    cluster.client().resource(session.ownPods().getFirst()).delete();
    session.source(Map.of("token", "second"));
    Eventually.staysSo(Duration.ofSeconds(2), () -> assertThat(api.calls()).isEmpty());
    session.patch("{metadata: {finalizers: null}}");
    Eventually.assertThat(
        () -> {
          assertThat(session.get()).isNull();
          assertThat(session.ownSecrets()).isEmpty();
          assertThat(session.service()).isNull();
        });
  }

  private static McpSession create(LiveSession session, String podTemplate) {
    return session.create(
        "{token: {secret: {name: %s-source}}}".formatted(session.name()), podTemplate);
  }
}
