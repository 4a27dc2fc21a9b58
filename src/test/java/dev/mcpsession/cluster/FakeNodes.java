package dev.mcpsession.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Nodes of a test's own, simulated by kwok, so that they can be drained without harm to others'.
 * Only Pods with {@link #selector} and the toleration of kwok's taint are scheduled there.
 */
public final class FakeNodes implements AutoCloseable {
  private static final String KWOK = "kwok.x-k8s.io/node";
  private static final String LABEL = "mcpsession.dev/test-nodes";

  private final KubernetesClient client;
  private final String prefix;
  private final List<String> names;

  /**
   * Creates the nodes, and waits until they are Ready.
   *
   * @param prefix of their names, used by no one else
   */
  public FakeNodes(KubernetesClient client, String prefix, int number) {
    this.client = client;
    this.prefix = prefix;
    this.names =
        java.util.stream.IntStream.rangeClosed(1, number).mapToObj(i -> prefix + "-" + i).toList();
    names.forEach(name -> client.resource(node(name)).create());
    names.forEach(
        name ->
            client
                .nodes()
                .withName(name)
                .waitUntilCondition(FakeNodes::isReady, 60, TimeUnit.SECONDS));
  }

  public String name(int number) {
    return names.get(number - 1);
  }

  /** A node selector, as YAML. */
  public String selector() {
    return "{" + LABEL + ": " + prefix + "}";
  }

  public void cordon(String name, boolean cordoned) {
    MergePatch.apply(
        client.nodes().withName(name),
        "{spec: {unschedulable: %s}}".formatted(cordoned ? "true" : "null"));
  }

  /** Announces a node's removal as the cluster autoscaler does. */
  public void announceRemoval(String name) {
    MergePatch.apply(
        client.nodes().withName(name),
        """
        {spec: {taints: [
          {key: %s, value: fake, effect: NoSchedule},
          {key: ToBeDeletedByClusterAutoscaler, value: "1795000000", effect: NoSchedule}]}}
        """
            .formatted(KWOK));
  }

  private static boolean isReady(Node node) {
    return node != null
        && node.getStatus() != null
        && node.getStatus().getConditions() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()))
        // Until the node controller has seen that, nothing is scheduled there.
        && node.getSpec().getTaints().stream().allMatch(taint -> KWOK.equals(taint.getKey()));
  }

  private Node node(String name) {
    Map<String, Quantity> room =
        Map.of(
            "cpu", new Quantity("64"),
            "memory", new Quantity("256Gi"),
            "pods", new Quantity("500"),
            "ephemeral-storage", new Quantity("500Gi"));
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToAnnotations(KWOK, "fake")
        .addToLabels("kubernetes.io/hostname", name)
        .addToLabels("kubernetes.io/os", "linux")
        .addToLabels(LABEL, prefix)
        .endMetadata()
        .withNewSpec()
        .addNewTaint("NoSchedule", KWOK, null, "fake")
        .endSpec()
        .withNewStatus()
        .withCapacity(room)
        .withAllocatable(room)
        .endStatus()
        .build();
  }

  @Override
  public void close() {
    names.forEach(name -> client.nodes().withName(name).delete());
  }
}
