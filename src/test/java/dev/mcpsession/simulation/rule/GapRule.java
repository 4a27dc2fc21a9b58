package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * In a calm run a session that serves is not without a ready backend, until it is stopped rightly.
 */
final class GapRule {
  private final Set<String> served = new HashSet<>();

  /** Sessions that were stopped because their token had expired. */
  private final Set<String> expired = new HashSet<>();

  private final ModelApiServer server;
  private final Truth truth;

  GapRule(ModelApiServer server) {
    this.server = server;
    this.truth = new Truth(server);
  }

  void check(McpSession session) {
    String uid = Truth.uid(session);
    Service service = truth.service(session);
    boolean serves = service != null && !truth.endpoints(service).isEmpty();
    if (serves && Truth.podName(session) != null && isServiceWanted(session)) {
      served.add(uid);
    } else if (isStoppedRightly(session)) {
      served.remove(uid);
    }
    Invariants.require(
        serves || !served.contains(uid), Truth.name(session) + " has no ready backend");
  }

  /**
   * Whether the operator knows that the Service is to be there. One that was not wanted may still
   * be deleted after a change of mind that the operator has not seen.
   */
  private boolean isServiceWanted(McpSession session) {
    McpSessionStatus status = session.getStatus();
    return !truth.lacksTemplate(session)
        && truth.wantsService(session)
        && status != null
        && session.getMetadata().getGeneration().equals(status.observedGeneration());
  }

  private boolean isStoppedRightly(McpSession session) {
    String reason = Truth.reason(session);
    return !Truth.isLive(session)
        || !truth.wantsService(session)
        || session.getSpec().isSuspended()
        || (Truth.podName(session) == null
            && (reason.equals("Suspended")
                || reason.equals("Recreating")
                || reason.equals("SuspendedIdle")
                || expired.contains(Truth.uid(session))));
  }

  /** A status that the API server accepted. */
  void statusWritten(McpSession before, McpSession after, DecisionBasis basis) {
    String uid = Truth.uid(before);
    String pod = Truth.podName(before);
    Pod served = pod == null ? null : server.pods.find(pod);
    Instant expiry = served == null ? null : Truth.tokenExpiry(served);
    if (pod != null && Truth.podName(after) == null && expiry != null) {
      if (basis.instants().stream().anyMatch(at -> !at.isBefore(expiry))) {
        expired.add(uid);
      }
    } else if (Truth.podName(after) != null) {
      expired.remove(uid);
    }
  }
}
