package dev.mcpsession.reconcile.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A namespace that is being deleted, slowly, with its sessions in it. */
@ClusterTest
class EndingNamespaceIT {
  private final KubernetesClient client;
  private final String namespace;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private ConfigMap obstacle;
  private RunningController controller;

  EndingNamespaceIT(Cluster cluster) {
    this.client = cluster.client();
    this.namespace = cluster.newNamespace();
    this.session = new LiveSession(client, namespace, "ending");
  }

  @BeforeEach
  void start() {
    obstacle =
        client
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName("obstacle")
                    .withFinalizers("example.com/hold")
                    .endMetadata()
                    .build())
            .create();
    controller =
        new RunningController(client, namespace, api::around, RunningController.sources(client));
    session.source(Map.of("token", "first"));
  }

  @AfterEach
  void stop() {
    controller.close();
    MergePatch.apply(client.resource(obstacle), "{metadata: {finalizers: null}}");
  }

  @Test
  void aSessionWhosePodGoesFirstIsTriedEverMoreSeldom() {
    create();
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    api.listen();
    delete();
    assertGoesQuietly(12);
  }

  @Test
  void aStartThatTheEndFallsIntoIsGivenUp() throws InterruptedException {
    api.before(
        new DisturbedApi.Call("createPod", 1),
        () -> {
          delete();
          Eventually.assertThat(
              () -> assertThat(ending().get().getStatus().getPhase()).isEqualTo("Terminating"));
        });
    create();
    assertThat(api.hasStruckWithin(20)).isTrue();
    assertGoesQuietly(25);
  }

  private void create() {
    session.create(
        "{token: {secret: {name: %s-source}}}".formatted(session.name()), LiveSession.FAKE);
  }

  private void delete() {
    ending().delete();
  }

  private Resource<Namespace> ending() {
    return client.namespaces().withName(namespace);
  }

  private void assertGoesQuietly(int calls) {
    Eventually.assertThat(
        () -> {
          assertThat(session.get()).isNull();
          assertThat(session.ownPods()).isEmpty();
        });
    Eventually.staysSo(
        Duration.ofSeconds(3), () -> assertThat(api.calls()).hasSizeLessThanOrEqualTo(calls));
    assertThat(ending().get().getStatus().getPhase()).isEqualTo("Terminating");
  }
}
