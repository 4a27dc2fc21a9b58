package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.HashMap;
import java.util.Map;

/** The numbers of revisions, the number of Pods, and where a Service leads. */
final class StateRule {
  private static final int MOST_PODS = 3;

  private final Truth truth;
  private final boolean alone;
  private final boolean upgraded;
  private final Map<String, Integer> revisions = new HashMap<>();

  StateRule(ModelApiServer server, boolean alone, boolean upgraded) {
    this.truth = new Truth(server);
    this.alone = alone;
    this.upgraded = upgraded;
  }

  void check(McpSession session) {
    checkNumbers(session);
    checkPods(session);
  }

  /** Someone emptied the status: numbers may start anew. */
  void statusEmptied(McpSession session) {
    revisions.remove(Truth.uid(session));
  }

  private void checkNumbers(McpSession session) {
    int revision = Truth.revision(session);
    int before = revisions.getOrDefault(Truth.uid(session), 0);
    String name = Truth.name(session);
    Invariants.require(
        revision >= before, name + " went back from revision " + before + " to " + revision);
    revisions.put(Truth.uid(session), revision);
    String pod = Truth.podName(session);
    Invariants.require(
        pod == null || pod.equals(name + "-" + revision),
        name + " names Pod " + pod + " with revision " + revision);
    McpSessionStatus status = session.getStatus();
    Invariants.require(
        status == null || status.attempt() == null || status.attempt().revision() > revision,
        name + " attempts a number that served already");
  }

  private void checkPods(McpSession session) {
    int live = truth.livePods(session).size();
    Invariants.require(
        live <= MOST_PODS || !alone,
        Truth.name(session) + " has " + live + " Pods that are not being deleted");
    Service service = truth.service(session);
    if (service != null) {
      boolean byUid = service.getSpec().getSelector().containsKey(Names.SESSION_UID_LABEL);
      for (Pod pod : truth.endpoints(service)) {
        String owner = Truth.owner(pod);
        // Whoever takes a Pod's owner reference is noticed a moment later.
        Invariants.require(
            owner == null || Truth.uid(session).equals(owner) || (upgraded && !byUid),
            "Service " + Truth.name(service) + " leads to another session's " + Truth.name(pod));
      }
    }
  }
}
