package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;

/**
 * No backend is made from a version of a template that is known to be past, and no backend stops
 * for want of its template.
 */
final class TemplateRule {
  /** How the images of templates begin. */
  private static final String IMAGE = "offer-";

  private final ModelApiServer server;

  TemplateRule(ModelApiServer server) {
    this.server = server;
  }

  /** A Pod that the API server made for the operator. */
  void podMade(Pod pod, DecisionBasis basis) {
    String image = Truth.image(pod);
    Invariants.require(
        !image.startsWith(IMAGE)
            || basis.specs().images().contains(image)
            || basis.specs().hasOwn(Truth.owner(pod), image),
        Truth.name(pod)
            + " was made with "
            + image
            + " while the cache showed "
            + basis.specs().images());
  }

  /** A status that the API server accepted. */
  void statusWritten(McpSession before, McpSession after, DecisionBasis basis) {
    String served = Truth.podName(before);
    if (served == null
        || served.equals(Truth.podName(after))
        || !basis.specs().isWithoutTemplate(before)
        || Truth.reason(after).startsWith("Suspended")) {
      return;
    }
    Pod pod = server.pods.find(served);
    boolean healthy =
        pod != null
            && Truth.isLive(pod)
            && Truth.isReady(pod)
            && ModelCaches.isManaged(pod)
            && Truth.uid(before).equals(Truth.owner(pod));
    Instant expiry = pod == null ? null : Truth.tokenExpiry(pod);
    boolean expired =
        expiry != null && basis.instants().stream().anyMatch(at -> !at.isBefore(expiry));
    Invariants.require(
        !healthy || expired, served + " stopped serving while its template was missing");
  }
}
