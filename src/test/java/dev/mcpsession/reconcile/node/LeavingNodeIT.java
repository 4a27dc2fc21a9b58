package dev.mcpsession.reconcile.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.FakeNodes;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions on nodes that are leaving, and the budget that refuses their eviction. */
@ClusterTest
class LeavingNodeIT {
  private static final Duration A_WHILE = Duration.ofSeconds(2);
  private static final String TOLERATION = "{key: kwok.x-k8s.io/node, operator: Exists}";

  private final Cluster cluster;
  private final KubernetesClient client;
  private final DisturbedApi api = new DisturbedApi();
  private String namespace;
  private LiveSession session;
  private FakeNodes nodes;
  private RunningController controller;

  LeavingNodeIT(Cluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @BeforeEach
  void start() {
    namespace = cluster.newNamespace();
    session = new LiveSession(client, namespace, "alice");
    nodes = new FakeNodes(client, namespace, 2);
    controller = controller();
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    Eventually.assertThat(() -> assertThat(session.ownPods()).isEmpty());
    controller.close();
    nodes.close();
  }

  @Test
  void aCordonMovesTheSessionAndSaysWhy() {
    String first = serve(TOLERATION);
    nodes.cordon(first, true);
    assertServesOnly(2);
    assertThat(node()).isNotEqualTo(first);
    assertThat(session.eventMessage("Replaced"))
        .startsWith("node: ")
        .contains("instead of revision 1 (node " + first + " is unschedulable)");
    assertStaysAs(2);
  }

  @Test
  void anAnnouncedRemovalMovesTheSessionWithoutACordon() {
    String first = serve(TOLERATION);
    nodes.announceRemoval(first);
    assertServesOnly(2);
    assertThat(node()).isNotEqualTo(first);
  }

  @Test
  void aMoveThatFoundNoPlaceEndsWithTheUncordonAndLeavesOnePod() {
    String first = serve(TOLERATION);
    String other = nodes.name(1).equals(first) ? nodes.name(2) : nodes.name(1);
    nodes.cordon(other, true);
    nodes.cordon(first, true);
    Eventually.assertThat(
        () ->
            assertThat(session.message(ConditionType.UpToDate))
                .contains("node " + first + " is unschedulable")
                .contains("not scheduled"));
    assertThat(session.isServing()).isTrue();
    nodes.cordon(first, false);
    assertServesOnly(2);
    assertThat(node()).isEqualTo(first);
    assertStaysAs(2);
  }

  @Test
  void aPodThatToleratesTheCordonIsLeftAloneAndMayBeEvicted() {
    String first = serve(TOLERATION + ", {operator: Exists}");
    nodes.cordon(first, true);
    assertStaysAs(1);
    assertThat(session.ownPods().getFirst().getMetadata().getLabels())
        .containsEntry(Names.EVICTABLE_LABEL, "true");
    assertThat(evict()).isTrue();
    assertServesOnly(2);
  }

  @Test
  void theBudgetRefusesToEvictWhatIsReadyAndIsMadeAgainWhenSomebodyDeletesIt() {
    serve(TOLERATION);
    Eventually.assertThat(
        () -> assertThat(budget().get().getStatus().getObservedGeneration()).isEqualTo(1));
    assertThat(budget().get().getStatus().getDisruptionsAllowed()).isZero();
    assertThat(evict()).isFalse();
    String uid = budget().get().getMetadata().getUid();
    api.listen();
    budget().delete();
    Eventually.assertThat(
        () -> {
          PodDisruptionBudget again = budget().get();
          assertThat(again).isNotNull();
          assertThat(again.getMetadata().getUid()).isNotEqualTo(uid);
        });
    Eventually.staysSo(A_WHILE, () -> assertThat(api.writes()).hasSize(1));
    assertThat(warnings()).isEmpty();
    assertStaysAs(1);
  }

  @Test
  void aBudgetThatSomebodyEditedAndARestartCauseNoWrite() {
    serve(TOLERATION);
    Eventually.assertThat(() -> assertThat(budget().get()).isNotNull());
    MergePatch.apply(budget(), "{spec: {minAvailable: 0}}");
    controller.close();
    api.listen();
    controller = controller();
    Eventually.staysSo(A_WHILE, () -> assertThat(api.writes()).isEmpty());
    assertThat(budget().get().getSpec().getMinAvailable().getIntVal()).isZero();
  }

  @Test
  void anothersBudgetOfThatNameIsLeftAloneAndHoldsNoSessionUp() {
    PodDisruptionBudget foreign =
        client
            .resource(
                new PodDisruptionBudgetBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(Names.BUDGET)
                    .endMetadata()
                    .withNewSpec()
                    .withNewMinAvailable(1)
                    .withNewSelector()
                    .addToMatchLabels("app", "other")
                    .endSelector()
                    .endSpec()
                    .build())
            .create();
    serve(TOLERATION);
    assertStaysAs(1);
    assertThat(budget().get().getMetadata().getUid()).isEqualTo(foreign.getMetadata().getUid());
    assertThat(budget().get().getSpec()).isEqualTo(foreign.getSpec());
    assertThat(api.calls()).filteredOn(call -> call.method().equals("createBudget")).hasSize(1);
  }

  /** The node where the session serves. */
  private String serve(String tolerations) {
    session.create(
        "{drainSeconds: 0}",
        """
        {spec: {
          nodeSelector: %s,
          tolerations: [%s],
          containers: [{name: backend, image: "busybox:1.35"}]}}
        """
            .formatted(nodes.selector(), tolerations));
    assertServesOnly(1);
    return node();
  }

  private RunningController controller() {
    return new RunningController(client, namespace, 5, api);
  }

  private String node() {
    return session.ownPods().getFirst().getSpec().getNodeName();
  }

  /** Whether the API server carried out the eviction instead of refusing it because of a budget. */
  private boolean evict() {
    return client
        .pods()
        .inNamespace(namespace)
        .withName(Objects.requireNonNull(session.status().podName()))
        .evict();
  }

  private Resource<PodDisruptionBudget> budget() {
    return client.policy().v1().podDisruptionBudget().inNamespace(namespace).withName(Names.BUDGET);
  }

  /** The warnings about the budget itself. */
  private List<String> warnings() {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "PodDisruptionBudget".equals(event.getInvolvedObject().getKind()))
        .filter(event -> "Warning".equals(event.getType()))
        .map(event -> event.getReason() + ": " + event.getMessage())
        .toList();
  }

  private void assertServesOnly(int revision) {
    List<String> names = List.of(Names.child(session.name(), revision));
    Eventually.assertThat(
        () -> {
          List<Pod> pods = session.ownPods();
          assertThat(session.isServing()).isTrue();
          assertThat(session.says(ConditionType.UpToDate)).isEqualTo("UpToDate Current");
          assertThat(LiveSession.names(pods)).isEqualTo(names);
        });
  }

  private void assertStaysAs(int revision) {
    assertServesOnly(revision);
    Eventually.staysSo(A_WHILE, () -> assertThat(session.status().revision()).isEqualTo(revision));
  }
}
