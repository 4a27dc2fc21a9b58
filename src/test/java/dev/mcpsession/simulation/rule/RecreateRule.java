package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;

/** What two Pods cannot share: the old one is gone before the new one is made. */
final class RecreateRule {
  private final ModelApiServer server;
  private final boolean alone;

  RecreateRule(ModelApiServer server, boolean alone) {
    this.server = server;
    this.alone = alone;
  }

  /** A Pod that the API server made for the operator, which may have known other specs as well. */
  void podMade(Pod pod, DecisionBasis basis) {
    String owner = Truth.owner(pod);
    List<McpSessionSpec> specs = owner == null ? List.of() : basis.specs().ofAny(owner);
    if (!alone || specs.isEmpty() || !specs.stream().allMatch(McpSessionSpec::recreates)) {
      return;
    }
    // A Pod whose labels somebody took is out of sight.
    List<String> others =
        server.pods.all().stream()
            .filter(other -> Objects.equals(owner, Truth.owner(other)))
            .filter(ModelCaches::isManaged)
            .map(Truth::name)
            .filter(name -> !name.equals(Truth.name(pod)))
            .toList();
    Invariants.require(
        others.isEmpty(), Truth.name(pod) + " was made while there were still " + others);
  }
}
