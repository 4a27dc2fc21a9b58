package dev.mcpsession.explain;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.api.TokenSpec.SecretSource;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.explain.DirectView.Part;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.observed.SlotState;
import dev.mcpsession.reconcile.SessionObserver;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One session as an operator would observe it, read directly from the API server: with nothing
 * remembered, and with all replacement slots free. Nothing is written.
 *
 * @param seen in which what is not readable is assumed to be as the status says
 * @param access what could not be read, and what else an explanation needs
 */
public record SessionInspection(Observation seen, ReadAccess access) {

  /**
   * Reads the session and its children; empty if there is no session of this name, or the CRD is
   * missing.
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
            .observe(session, SessionEntry.closed(SessionKey.of(session)), SlotState.FREE, now);
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
            new ReadAccess(
                !unreadable.containsKey(Part.PODS),
                !unreadable.containsKey(Part.TEMPLATE),
                unreadable.entrySet().stream()
                    .flatMap(gap -> gap.getValue().stream().map(why -> words(gap.getKey(), why)))
                    .toList(),
                session.getMetadata().getFinalizers().stream()
                    .filter(finalizer -> !finalizer.equals(Names.REVOCATION_FINALIZER))
                    .toList(),
                seen.session().spec().wantsService()
                    ? view.serviceOwner(seen.session().key())
                    : null,
                view.template() == null
                    ? null
                    : TemplateUse.of(session.getSpec(), view.template()))));
  }

  private static String words(Part part, String why) {
    return switch (part) {
      case PODS -> "the session's Pods, so what is done with them is left open: " + why;
      case OTHER_PODS -> "Pods that the status does not name: " + why;
      case SERVICE -> "the Service, supposed to be as it should: " + why;
      case NODE -> "the Pod's node, supposed to stay: " + why;
      case BUDGET -> "the namespace's disruption budget, supposed to be there: " + why;
      case TOKEN_SOURCE -> "the token source, supposed to be unchanged: " + why;
      case TEMPLATE -> "the template, so what it says is left open: " + why;
    };
  }

  /**
   * Assumes the source to be as it was when the newest Pod got its token, and the attempt began.
   */
  private static Observation withUnchangedSource(Observation seen) {
    var token =
        seen.children().pods().stream()
            .filter(pod -> pod.owned() && pod.token() != null)
            .max(Comparator.comparingInt(ObservedPod::revision))
            .map(ObservedPod::token)
            .orElse(null);
    TokenSpec spec = seen.session().spec().token();
    SourceState source =
        switch (spec == null ? null : spec.source()) {
          case SecretSource secret ->
              new SourceState.Available(
                  token == null || token.version() == null ? "" : token.version(),
                  token == null ? null : token.expiresAt());
          case ServiceAccountSource account -> new SourceState.OnDemand("", null);
          case OAuth2Source oauth2 -> new SourceState.OnDemand("", null);
          case null -> new SourceState.OnDemand("", null);
        };
    Observation supposed = seen.with(source);
    McpSessionStatus status = seen.session().status();
    if (status == null || status.attempt() == null) {
      return supposed;
    }
    Attempt attempt = status.attempt();
    String inputs =
        Inputs.of(seen.session().spec(), seen.session().restartedAt(), source.input()).hash();
    return supposed.with(
        status.with(new Attempt(attempt.revision(), attempt.cause(), attempt.startTime(), inputs)));
  }

  private static Observation withItsService(Observation seen) {
    McpSessionStatus status = seen.session().status();
    if (status == null || !seen.session().spec().wantsService()) {
      return seen;
    }
    Attempt attempt = status.attempt();
    Integer target =
        status.revision() != null ? status.revision() : attempt == null ? null : attempt.revision();
    if (target == null) {
      return seen;
    }
    ObservedPod pod = seen.children().ownPod(target);
    int port = pod == null || pod.port() == null ? seen.session().spec().backendPort() : pod.port();
    return seen.with(
        new ObservedService(
            "",
            "",
            false,
            target,
            pod == null || pod.carriesUid(),
            true,
            port,
            seen.session().spec().serviceAppProtocol()));
  }
}
