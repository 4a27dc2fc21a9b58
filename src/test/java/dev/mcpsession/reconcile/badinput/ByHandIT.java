package dev.mcpsession.reconcile.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Someone empties the status or deletes a child of a serving session. */
@ClusterTest
class ByHandIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final KubernetesClient client;
  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private RunningController controller;
  private Pod serving;

  ByHandIT(Cluster cluster) {
    this.client = cluster.client();
    this.cluster = cluster;
    this.session =
        new LiveSession(client, cluster.namespace(), "byhand" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void serve() {
    controller = new OperatorOf(cluster).with(api);
    session.source(Map.of("token", "first"));
    session.create(
        "{idleTimeoutSeconds: 60, drainSeconds: 0, token: {secret: {name: %s-source}}}"
            .formatted(session.name()),
        LiveSession.FAKE);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    session.source(Map.of("token", "second"));
    assertServesOnly(2);
    Eventually.assertThat(() -> assertThat(session.events()).containsEntry("Replaced", 1));
    serving = session.ownPods().getFirst();
    api.listen();
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    controller.close();
  }

  @Test
  void anEmptiedStatusIsFoundAgainAndTheSamePodGoesOnServing() {
    session.patchStatus("{status: null}");
    assertServesOnly(2);
    assertTheSamePodServes();
    Eventually.staysSo(
        Duration.ofSeconds(1), () -> assertThat(api.writes()).hasSizeLessThanOrEqualTo(1));
    assertThat(session.status().activeSince()).isNotNull();
  }

  @Test
  void aStatusThatIsEmptiedWhileNoOperatorRunsIsFoundAgain() {
    controller.close();
    session.patchStatus("{status: null}");
    controller = new OperatorOf(cluster).with(api);
    assertServesOnly(2);
    assertTheSamePodServes();
  }

  @Test
  void aStatusThatForgetsTheRevisionAloneChangesNothing() {
    session.patchStatus("{status: {revision: null, podName: null}}");
    assertServesOnly(2);
    assertTheSamePodServes();
  }

  @Test
  void aDeletedPodIsReplacedAndSaidSo() {
    client.resource(serving).delete();
    assertServesOnly(3);
    Eventually.assertThat(
        () ->
            assertThat(session.events())
                .containsEntry("BackendExited", 1)
                .containsEntry("Replaced", 2));
    assertThat(session.servedToken()).isEqualTo("second");
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(14);
  }

  @Test
  void aDeletedServiceIsMadeAgain() {
    client.resource(Objects.requireNonNull(session.service())).delete();
    Eventually.assertThat(() -> assertThat(session.service()).isNotNull());
    assertServesOnly(2);
    assertTheSamePodServes();
    assertThat(api.writes()).hasSize(1);
  }

  @Test
  void aDeletedSecretDisturbsNeitherTheBackendNorItsReplacement() {
    client.resource(session.ownSecrets().getFirst()).delete();
    Eventually.staysSo(Duration.ofSeconds(1), () -> assertThat(session.isServing()).isTrue());
    assertTheSamePodServes();
    session.source(Map.of("token", "third"));
    assertServesOnly(3);
    assertThat(session.servedToken()).isEqualTo("third");
  }

  @Test
  void aStrangerInTheServiceIsPutRight() {
    MergePatch.apply(
        client.services().inNamespace(cluster.namespace()).withName(session.name()),
        "{spec: {selector: {%s: '1'}}}".formatted(Names.REVISION_LABEL));
    assertServesOnly(2);
    assertTheSamePodServes();
  }

  @Test
  void whatOthersSetOnTheServiceSurvivesAReplacement() {
    MergePatch.apply(
        client.services().inNamespace(cluster.namespace()).withName(session.name()),
        """
        metadata: {labels: {team: a}, annotations: {service.example/weight: '3'}}
        spec:
          ports:
            - {name: mcp, port: 8080, targetPort: 8080, appProtocol: kgateway.dev/mcp}
            - {name: metrics, port: 9090}
        """);
    session.source(Map.of("token", "third"));
    assertServesOnly(3);
    Service service = Objects.requireNonNull(session.service());
    assertThat(service.getMetadata().getLabels()).containsEntry("team", "a");
    assertThat(service.getMetadata().getAnnotations()).containsEntry("service.example/weight", "3");
    assertThat(service.getSpec().getPorts())
        .extracting(ServicePort::getName, ServicePort::getAppProtocol)
        .containsExactly(tuple("mcp", "kgateway.dev/mcp"), tuple("metrics", null));
  }

  @Test
  void theProtocolOfThePortIsChangedWithoutAReplacement() {
    for (String protocol : new String[] {"agentgateway.dev/mcp", "kgateway.dev/mcp", null}) {
      MergePatch.apply(session.resource(), "{spec: {serviceAppProtocol: %s}}".formatted(protocol));
      Eventually.assertThat(
          () ->
              assertThat(Objects.requireNonNull(session.service()).getSpec().getPorts())
                  .extracting(ServicePort::getAppProtocol)
                  .containsExactly(protocol));
    }
    assertTheSamePodServes();
  }

  private void assertTheSamePodServes() {
    Pod now = session.ownPods().getFirst();
    assertThat(now.getMetadata().getUid()).isEqualTo(serving.getMetadata().getUid());
    assertThat(session.events()).containsEntry("Replaced", 1);
  }

  private void assertServesOnly(int revision) {
    String child = Names.child(session.name(), revision);
    Eventually.assertThat(
        () -> {
          assertThat(session.isServing()).isTrue();
          assertThat(session.status().podName()).isEqualTo(child);
          assertThat(LiveSession.names(session.ownPods())).isEqualTo(List.of(child));
          assertThat(Objects.requireNonNull(session.service()).getSpec().getSelector())
              .containsEntry(Names.REVISION_LABEL, Integer.toString(revision));
        });
  }
}
