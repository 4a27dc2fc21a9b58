package dev.mcpsession.reconcile.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.reconcile.SessionHistory;
import dev.mcpsession.simulation.model.Fault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One session with an operator of its own, alone in its namespace: a stretch of its life with or
 * without a fault, and what must hold afterwards.
 */
final class CrashCase {
  private static final Duration QUIET = Duration.ofMillis(600);

  private final KubernetesClient client;
  private final String namespace;
  private final CrashScenario scenario;
  private final LiveSession session;

  CrashCase(Cluster cluster, String namespace, CrashScenario scenario, String name) {
    this.client = cluster.client();
    this.namespace = namespace;
    this.scenario = scenario;
    this.session = new LiveSession(client, namespace, name);
  }

  /** The requests of the undisturbed stretch. */
  List<DisturbedApi.Call> undisturbed() {
    session.source(Map.of("token", "first"));
    // Before the controller: one that does not know of it yet begins with another number.
    HasMetadata pod = client.resource(foreignPod()).create();
    DisturbedApi api = new DisturbedApi();
    try (var controller = controller(api)) {
      if (scenario != CrashScenario.START) {
        scenario.prepare(session);
      }
      api.listen();
      scenario.trigger(session);
      CrashScenario goal = scenario == CrashScenario.TOUCHED ? CrashScenario.EVICTION : scenario;
      Eventually.assertThat(() -> goal.assertReached(session));
      Eventually.staysSo(QUIET, () -> goal.assertReached(session));
      List<DisturbedApi.Call> calls = api.calls();
      session.resource().delete();
      client.resource(pod).delete();
      return calls;
    }
  }

  void disturbed(DisturbedApi.Call victim, Fault fault) throws InterruptedException {
    session.source(Map.of("token", "first"));
    HasMetadata pod = client.resource(foreignPod()).create();
    Secret secret = client.resource(foreignSecret()).create();
    try (var history = new SessionHistory(client, namespace, session.name())) {
      strike(victim, fault, history);
      assertThat(history.revisions()).isSorted();
      assertThat(history.podsMade()).hasSize(scenario.pods());
      assertThat(history.secretsMade()).hasSize(scenario.pods());
      assertThat(history.mostLive()).isLessThanOrEqualTo(scenario.pods());
      assertThat(client.resource(pod).get().getMetadata().getUid())
          .isEqualTo(pod.getMetadata().getUid());
      assertThat(client.resource(secret).get()).isEqualTo(secret);
    } finally {
      session.resource().delete();
      client.resource(pod).delete();
      client.resource(secret).delete();
    }
    Eventually.assertThat(() -> CrashScenario.EVICTION.assertReached(session));
  }

  private void strike(DisturbedApi.Call victim, Fault fault, SessionHistory history)
      throws InterruptedException {
    DisturbedApi api = new DisturbedApi();
    var first = controller(api);
    try {
      if (scenario != CrashScenario.START) {
        scenario.prepare(session);
      }
      api.strike(victim, fault, () -> scenario.meanwhile(session));
      scenario.trigger(session);
      assertThat(api.hasStruckWithin(20)).as("%s came up among %s", victim, api.calls()).isTrue();
      if (!fault.kills()) {
        assertReached(history);
      }
    } finally {
      first.kill();
    }
    try (var second = controller(new DisturbedApi())) {
      assertReached(history);
    }
    DisturbedApi nothing = new DisturbedApi();
    try (var third = controller(nothing)) {
      Eventually.staysSo(QUIET, () -> assertThat(nothing.writes()).isEmpty());
      scenario.assertReached(session);
    }
  }

  private void assertReached(SessionHistory history) {
    Eventually.assertThat(() -> scenario.assertReached(session));
    assertThat(history.mostLive()).isLessThanOrEqualTo(scenario.pods());
  }

  private RunningController controller(DisturbedApi api) {
    return new RunningController(client, namespace, api::around, RunningController.sources(client));
  }

  /** A Pod labelled as the session's own, which a label alone does not make it. */
  private HasMetadata foreignPod() {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(Names.child(session.name(), CrashScenario.FOREIGN))
        .withLabels(labels())
        .endMetadata()
        .withNewSpec()
        .addToNodeSelector("type", "fake")
        .addNewToleration()
        .withKey("kwok.x-k8s.io/node")
        .withOperator("Exists")
        .endToleration()
        .addNewContainer()
        .withName("other")
        .withImage("busybox:1.35")
        .endContainer()
        .endSpec()
        .build();
  }

  private Secret foreignSecret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(Names.child(session.name(), CrashScenario.FOREIGN))
        .withLabels(labels())
        .endMetadata()
        .addToStringData("token", "somebody else's")
        .build();
  }

  private Map<String, String> labels() {
    return Map.of(Names.MANAGED_BY_LABEL, Names.MANAGED_BY, Names.SESSION_LABEL, session.name());
  }
}
