package dev.mcpsession.explain;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.explain.DirectView.Part;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.reconcile.SessionObserver;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session as an operator observes it, read from the API server itself by somebody who is none:
 * with nothing remembered, and with every slot for a replacement free. Nothing is written.
 *
 * @param seen with what is not readable taken to be as the status says
 * @param podsReadable whether the Pods that the status names could be read; else nothing can be
 *     said of what is done with them
 * @param notReadable what could not be read and what is supposed of it, as sentences
 * @param otherFinalizers those of other programs
 * @param serviceOwner who has the name of the Service; null when it is ours or free
 */
public record SessionInspection(
    Observation seen,
    boolean podsReadable,
    List<String> notReadable,
    List<String> otherFinalizers,
    @Nullable String serviceOwner) {

  /**
   * Reads the session and its children; empty when there is none of this name, or no such kind.
   *
   * @param config the operator's, which says what it watches
   * @throws io.fabric8.kubernetes.client.KubernetesClientException when the session is not
   *     readable, or the API server does not answer
   */
  public static Optional<SessionInspection> of(
      KubernetesClient client, String namespace, String name, OperatorConfig config, Instant now) {
    DirectView view = new DirectView(client, config);
    McpSession session = view.session(namespace, name);
    if (session == null) {
      return Optional.empty();
    }
    Observation seen =
        new SessionObserver(view, view, new NamespaceBudgets(view))
            .observe(session, SessionEntry.closed(SessionKey.of(session)), true, now);
    Map<Part, Set<String>> unreadable = view.unreadable();
    if (unreadable.containsKey(Part.TOKEN_SOURCE)) {
      seen = withUnchangedSource(seen);
    }
    if (unreadable.containsKey(Part.SERVICE)) {
      seen = withItsService(seen);
    }
    return Optional.of(
        new SessionInspection(
            seen,
            !unreadable.containsKey(Part.PODS),
            unreadable.entrySet().stream()
                .flatMap(gap -> gap.getValue().stream().map(why -> words(gap.getKey(), why)))
                .toList(),
            session.getMetadata().getFinalizers().stream()
                .filter(finalizer -> !finalizer.equals(Names.REVOCATION_FINALIZER))
                .toList(),
            seen.spec().wantsService() ? view.serviceOwner(seen.session()) : null));
  }

  private static String words(Part part, String why) {
    return switch (part) {
      case PODS -> "the session's Pods, so what is done with them is left open: " + why;
      case OTHER_PODS -> "Pods that the status does not name: " + why;
      case SERVICE -> "the Service, supposed to be as it should: " + why;
      case NODE -> "the Pod's node, supposed to stay: " + why;
      case BUDGET -> "the namespace's disruption budget, supposed to be there: " + why;
      case TOKEN_SOURCE -> "the token source, supposed to be unchanged: " + why;
    };
  }

  /** As it was when the newest Pod got its token, and when the attempt began. */
  private static Observation withUnchangedSource(Observation seen) {
    var token =
        seen.pods().stream()
            .filter(pod -> pod.owned() && pod.token() != null)
            .max(Comparator.comparingInt(ObservedPod::revision))
            .map(ObservedPod::token)
            .orElse(null);
    boolean isSecret = seen.spec().token() != null && seen.spec().token().secret() != null;
    SourceState source =
        isSecret
            ? new SourceState.Available(
                token == null || token.version() == null ? "" : token.version(),
                token == null ? null : token.expiresAt())
            : new SourceState.OnDemand("", null);
    Observation supposed = seen.with(source);
    McpSessionStatus status = seen.status();
    if (status == null || status.attempt() == null) {
      return supposed;
    }
    Attempt attempt = status.attempt();
    String inputs = Inputs.of(seen.spec(), seen.restartedAt(), source.input()).hash();
    return supposed.with(
        status.with(new Attempt(attempt.revision(), attempt.cause(), attempt.startTime(), inputs)));
  }

  private static Observation withItsService(Observation seen) {
    McpSessionStatus status = seen.status();
    if (status == null || !seen.spec().wantsService()) {
      return seen;
    }
    Attempt attempt = status.attempt();
    Integer target =
        status.revision() != null ? status.revision() : attempt == null ? null : attempt.revision();
    if (target == null) {
      return seen;
    }
    ObservedPod pod = seen.ownPod(target);
    int port = pod == null || pod.port() == null ? seen.spec().backendPort() : pod.port();
    return seen.with(new ObservedService("", "", false, target, port));
  }
}
