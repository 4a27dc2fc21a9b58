package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes of one run, taking them out of service, and the effect on their Pods. */
final class ModelNodes {
  private final World world;
  private final ModelApiServer server;

  ModelNodes(World world) {
    this.world = world;
    this.server = world.server;
    for (String name : List.of("node-1", "node-2")) {
      server.create(
          server.nodes,
          new NodeBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withNewSpec()
              .endSpec()
              .build());
    }
  }

  void step() {
    Node node = world.chance.oneOf(server.nodes.all());
    int choice = world.chance.below(4);
    if (choice == 0) {
      cordon(node, true);
    } else if (choice == 1) {
      cordon(node, false);
    } else if (isCordoned(node)) {
      evict(node);
    }
  }

  /** Makes at least one node schedulable again. */
  void open() {
    Node one = world.chance.oneOf(server.nodes.all());
    cordon(one, false);
  }

  /** Makes every node unschedulable. */
  void close() {
    server.nodes.all().forEach(node -> cordon(node, true));
  }

  private void cordon(Node node, boolean cordoned) {
    if (isCordoned(node) != cordoned) {
      world.trace.line("somebody " + (cordoned ? "cordons " : "uncordons ") + Truth.name(node));
      server.nodes.edit(node, copy -> copy.getSpec().setUnschedulable(cordoned ? true : null));
    }
  }

  /** Evicts as a drain does, repeatedly: Pods that the budget protects stay. */
  private void evict(Node node) {
    boolean guarded = !server.budgets.all().isEmpty();
    for (Pod pod : server.pods.all()) {
      boolean refused = guarded && Truth.isReady(pod) && !isEvictable(pod);
      // In a calm run, nobody drains without a budget, or Pods that the budget does not cover.
      boolean spared = world.calm && (!guarded || isEvictable(pod));
      if (Truth.name(node).equals(pod.getSpec().getNodeName())
          && Truth.isLive(pod)
          && !refused
          && !spared) {
        evict(pod);
      }
    }
  }

  private void evict(Pod pod) {
    String owner = Truth.owner(pod);
    McpSession session = owner == null ? null : server.sessionOf(owner);
    if (session != null) {
      world.invariants.podTaken(session, pod);
    }
    world.trace.line("a drain evicts Pod " + Truth.name(pod));
    server.delete(server.pods, Truth.name(pod), null, null);
  }

  /** A node that accepts the Pod; null while there is none. */
  @Nullable String placeFor(Pod pod) {
    if (pod.getSpec().getNodeSelector() != null && !pod.getSpec().getNodeSelector().isEmpty()) {
      return null;
    }
    List<Node> fit =
        server.nodes.all().stream().filter(node -> !isCordoned(node) || toleratesAll(pod)).toList();
    return fit.isEmpty() ? null : Truth.name(world.chance.oneOf(fit));
  }

  /** Whether a Pod has to leave its node. */
  boolean mustLeave(Pod pod) {
    String name = pod.getSpec().getNodeName();
    Node node = name == null ? null : server.nodes.find(name);
    return node != null && isCordoned(node) && !toleratesAll(pod);
  }

  private static boolean isCordoned(Node node) {
    return Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }

  private static boolean toleratesAll(Pod pod) {
    return !pod.getSpec().getTolerations().isEmpty();
  }

  private static boolean isEvictable(Pod pod) {
    return ModelCaches.labels(pod).containsKey(Names.EVICTABLE_LABEL);
  }
}
