package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What two Pods cannot share: the old one is gone before the new one is made. That interrupts a
 * session, for a reason only, and once for all that was due by then.
 */
final class RecreateRule {
  private final ModelApiServer server;
  private final boolean alone;

  /** What each Pod may have been made from. */
  private final Map<String, List<McpSessionSpec>> madeFrom = new HashMap<>();

  /** Uids of sessions, with tokens that were due for renewal when the session was interrupted. */
  private final Set<Map.Entry<String, Map<String, String>>> due = new HashSet<>();

  RecreateRule(ModelApiServer server, boolean alone) {
    this.server = server;
    this.alone = alone;
  }

  /** A Pod that the API server made for the operator, which may have known other specs as well. */
  void podMade(Pod pod, DecisionBasis basis) {
    String owner = Truth.owner(pod);
    List<McpSessionSpec> specs = owner == null ? List.of() : basis.specs().ofAny(owner);
    madeFrom.put(Truth.uid(pod), specs);
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

  /** A status that the API server accepted. */
  void statusWritten(McpSession before, McpSession after, DecisionBasis basis) {
    String served = Truth.podName(before);
    boolean stops = Truth.podName(after) == null && Truth.reason(after).equals("Recreating");
    if (served == null || !stops || after.getStatus().attempt() == null) {
      return;
    }
    List<McpSessionSpec> specs = basis.specs().of(before);
    Invariants.require(
        specs.stream().anyMatch(McpSessionSpec::recreates),
        Truth.name(before) + " was interrupted, and its replacement is not Recreate");
    Pod pod = server.pods.find(served);
    if (pod != null && Truth.uid(before).equals(Truth.owner(pod))) {
      Cause cause = after.getStatus().attempt().cause();
      Invariants.require(
          isDue(cause, before, pod, specs, basis.instants()),
          Truth.name(before) + " was interrupted for its " + cause + ", which was not due");
      interrupted(before, pod, basis.instants());
    }
  }

  private boolean isDue(
      Cause cause, McpSession session, Pod pod, List<McpSessionSpec> specs, List<Instant> at) {
    return switch (cause) {
      case TEMPLATE -> isOther(specs, madeFrom.getOrDefault(Truth.uid(pod), List.of()));
      case RESTART ->
          !Objects.equals(
              IdleRule.annotation(session, Names.RESTARTED_AT),
              pod.getMetadata().getAnnotations().get(Names.POD_RESTARTED_AT));
      case TOKEN ->
          isReadFromSecret(specs)
              || (isRenewalDue(session, at) && !due.contains(token(session, pod)));
      case NODE, BACKEND -> true;
      case START -> false;
    };
  }

  private static Map.Entry<String, Map<String, String>> token(McpSession session, Pod pod) {
    return Map.entry(Truth.uid(session), Truth.token(pod));
  }

  /** Whether the token may have been replaced or withdrawn by somebody else. */
  private static boolean isReadFromSecret(List<McpSessionSpec> specs) {
    return specs.stream().anyMatch(spec -> spec.token() != null && spec.token().secret() != null);
  }

  private static boolean isRenewalDue(McpSession session, List<Instant> instants) {
    Instant renewal = Objects.requireNonNull(session.getStatus()).renewalTime();
    return renewal != null && instants.stream().anyMatch(at -> !at.isBefore(renewal));
  }

  /** Whether what is asked for now may be something else than what a Pod was made from. */
  private static boolean isOther(List<McpSessionSpec> now, List<McpSessionSpec> then) {
    return then.isEmpty()
        || now.stream()
            .anyMatch(spec -> then.stream().anyMatch(made -> !inputs(spec).equals(inputs(made))));
  }

  private static List<@Nullable Object> inputs(McpSessionSpec spec) {
    List<@Nullable Object> inputs = new ArrayList<>();
    inputs.add(spec.podTemplate());
    inputs.add(spec.port());
    inputs.add(spec.token());
    return inputs;
  }

  /** The next Pod has another token, if this one was to be renewed anyway. */
  private void interrupted(McpSession session, Pod pod, List<Instant> instants) {
    if (isRenewalDue(session, instants) && !Truth.token(pod).isEmpty()) {
      due.add(token(session, pod));
    }
  }
}
