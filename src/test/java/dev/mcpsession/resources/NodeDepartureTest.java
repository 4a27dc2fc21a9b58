package dev.mcpsession.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeDepartureTest {
  private static final String CORDONED = "unschedulable: true";
  private static final Pod PLAIN = pod("");

  @Test
  void aCordonIsTheWordOfTheNodeOrOfItsTaintWhicheverComesFirst() {
    assertThat(NodeDeparture.of(PLAIN, node(CORDONED))).isEqualTo("node n1 is unschedulable");
    assertThat(NodeDeparture.of(PLAIN, node(taint("node.kubernetes.io/unschedulable"))))
        .isEqualTo("node n1 is unschedulable");
    assertThat(
            NodeDeparture.isUnchanged(
                node(CORDONED), node(CORDONED + ", " + taint("node.kubernetes.io/unschedulable"))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ToBeDeletedByClusterAutoscaler",
        "karpenter.sh/disrupted",
        "karpenter.sh/disruption",
        "cloud.google.com/impending-node-termination"
      })
  void whoeverRemovesNodesIsHeard(String key) {
    assertThat(NodeDeparture.of(PLAIN, node(taint(key)))).isEqualTo("node n1 has the taint " + key);
    assertThat(NodeDeparture.isAnnouncedBy(node(taint(key)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "taints: [{key: dedicated, value: sessions, effect: NoSchedule}]",
        "taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]",
        "taints: [{key: DeletionCandidateOfClusterAutoscaler, effect: PreferNoSchedule}]",
        "taints: [{key: karpenter.sh/disrupted, effect: PreferNoSchedule}]"
      })
  void anythingElseAnnouncesNothing(String spec) {
    assertThat(NodeDeparture.of(PLAIN, node(spec))).isNull();
    assertThat(NodeDeparture.isAnnouncedBy(node(spec))).isFalse();
    assertThat(NodeDeparture.isUnchanged(node(spec), node(""))).isTrue();
  }

  @Test
  void aNodeThatIsNotKnownSaysNothing() {
    assertThat(NodeDeparture.of(PLAIN, null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tolerations: [{operator: Exists}]",
        "tolerations: [{operator: Exists, effect: NoSchedule}]",
        "tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]",
        "tolerations: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]",
        "nodeSelector: {kubernetes.io/hostname: n1}"
      })
  void aPodThatCouldOnlyComeBackStays(String spec) {
    assertThat(NodeDeparture.of(pod(spec), node(CORDONED))).isNull();
    assertThat(NodeDeparture.isInescapable(pod(spec).getSpec())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tolerations: [{operator: Exists, effect: NoExecute}]",
        "tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]",
        "tolerations: [{key: karpenter.sh/disrupted, operator: Exists}]",
        "nodeSelector: {pool: sessions}"
      })
  void aPodThatCanGoElsewhereLeaves(String spec) {
    assertThat(NodeDeparture.of(pod(spec), node(CORDONED))).isNotNull();
    assertThat(NodeDeparture.isInescapable(pod(spec).getSpec())).isFalse();
  }

  @Test
  void eachTaintIsToleratedByItself() {
    Pod pod = pod("tolerations: [{key: karpenter.sh/disrupted, operator: Exists}]");
    assertThat(NodeDeparture.of(pod, node(taint("karpenter.sh/disrupted")))).isNull();
    assertThat(NodeDeparture.of(pod, node(CORDONED + ", " + taint("karpenter.sh/disrupted"))))
        .isEqualTo("node n1 is unschedulable");
  }

  @Test
  void aPodThatIsLabelledEvictableStaysWhateverNodeItGot() {
    Pod fixed = pod("nodeName: n1");
    assertThat(NodeDeparture.isInescapable(fixed.getSpec())).isTrue();
    fixed.getMetadata().setLabels(java.util.Map.of("mcpsession.dev/evictable", "true"));
    assertThat(NodeDeparture.of(fixed, node(CORDONED))).isNull();
  }

  private static String taint(String key) {
    return "taints: [{key: " + key + ", effect: NoSchedule}]";
  }

  private static Node node(String spec) {
    return Serialization.unmarshal(
        "---\n{kind: Node, apiVersion: v1, metadata: {name: n1}, spec: {" + spec + "}}",
        Node.class);
  }

  private static Pod pod(String spec) {
    return Serialization.unmarshal(
        "---\n{kind: Pod, apiVersion: v1, metadata: {name: p}, spec: {" + spec + "}}", Pod.class);
  }
}
