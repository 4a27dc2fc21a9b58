package dev.mcpsession.reconcile.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Cause;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.FakeNodes;
import dev.mcpsession.cluster.Kubectl;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.EndpointWatch;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real kubectl drains a node on which many sessions serve. */
@ClusterTest
class DrainIT {
  private static final int SESSIONS = 20;
  private static final int AT_A_TIME = 5;

  private final KubernetesClient client;
  private final String namespace;
  private final Kubectl kubectl;
  private final List<LiveSession> sessions;
  private final List<EndpointWatch> endpoints = new ArrayList<>();
  private FakeNodes nodes;
  private RunningController controller;

  DrainIT(Cluster cluster) {
    client = cluster.client();
    namespace = cluster.namespace();
    kubectl = new Kubectl(cluster);
    sessions =
        IntStream.rangeClosed(1, SESSIONS)
            .mapToObj(i -> new LiveSession(client, namespace, "s" + i))
            .toList();
  }

  @BeforeEach
  void serve() {
    nodes = new FakeNodes(client, namespace, 2);
    nodes.cordon(nodes.name(2), true);
    controller = new RunningController(client, namespace, AT_A_TIME, new DisturbedApi());
    sessions.forEach(session -> session.create("{drainSeconds: 1}", template()));
    Eventually.assertThat(() -> assertThat(sessions).allMatch(LiveSession::isServing));
    sessions.forEach(s -> endpoints.add(new EndpointWatch(client, namespace, s.name())));
    Eventually.assertThat(() -> assertThat(endpoints).allMatch(EndpointWatch::wasReady));
    nodes.cordon(nodes.name(2), false);
  }

  @AfterEach
  void stop() {
    endpoints.forEach(EndpointWatch::close);
    sessions.forEach(session -> session.resource().delete());
    Eventually.assertThat(() -> assertThat(pods()).isEmpty());
    controller.close();
    nodes.close();
  }

  @Test
  void eachSessionIsReadyElsewhereBeforeItsPodGoesAndNoneIsEverWithoutAnEndpoint()
      throws Exception {
    String drained = nodes.name(1);
    assertThat(pods()).hasSize(SESSIONS).allMatch(pod -> isOn(pod, drained));
    try (var moves = new MoveWatch(client, namespace, drained);
        var attempts = new AttemptWatch(client, namespace, Cause.NODE)) {
      Instant began = Instant.now();
      Kubectl.Result drain =
          kubectl.run(120, "drain", drained, "--ignore-daemonsets", "--delete-emptydir-data");
      Duration took = Duration.between(began, Instant.now());
      assertThat(drain.code()).as(drain.output()).isZero();
      Eventually.assertThat(
          () ->
              assertThat(pods())
                  .hasSize(SESSIONS)
                  .allMatch(pod -> isOn(pod, nodes.name(2)) && Truth.isReady(pod)));
      System.out.printf(
          "kubectl drain of %d sessions in %d ms: %d Pods left the node, %d too early,"
              + " at most %d replacements at a time, %d refused evictions;"
              + " %d moments without a ready endpoint%n",
          SESSIONS,
          took.toMillis(),
          moves.left(),
          moves.early().size(),
          attempts.most(),
          drain.output().lines().filter(line -> line.contains("violate")).count(),
          endpoints.stream().mapToInt(watch -> watch.gaps().size()).sum());
      assertThat(moves.left()).isEqualTo(SESSIONS);
      assertThat(moves.early()).isEmpty();
      assertThat(attempts.most()).isBetween(1, AT_A_TIME);
      assertThat(endpoints).allSatisfy(watch -> assertThat(watch.gaps()).isEmpty());
      assertThat(sessions)
          .allSatisfy(
              session ->
                  assertThat(session.events())
                      .containsEntry("Replaced", 1)
                      .doesNotContainKey("BackendExited"));
    } finally {
      kubectl.run(60, "uncordon", drained);
    }
  }

  private static boolean isOn(Pod pod, String node) {
    return Objects.equals(pod.getSpec().getNodeName(), node);
  }

  private List<Pod> pods() {
    return sessions.stream().flatMap(session -> session.ownPods().stream()).toList();
  }

  private String template() {
    return LiveSession.FAKE.replace("{type: fake}", nodes.selector());
  }
}
