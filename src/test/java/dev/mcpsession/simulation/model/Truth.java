package dev.mcpsession.simulation.model;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads objects as a client of the cluster would, without the operator's own code. */
public final class Truth {
  private final ModelApiServer server;

  public Truth(ModelApiServer server) {
    this.server = server;
  }

  public static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }

  public static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }

  public static boolean isLive(HasMetadata object) {
    return object.getMetadata().getDeletionTimestamp() == null;
  }

  public static @Nullable String owner(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(owner -> "McpSession".equals(owner.getKind()) && owner.getController())
        .map(OwnerReference::getUid)
        .findFirst()
        .orElse(null);
  }

  public static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && !"Failed".equals(pod.getStatus().getPhase())
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  /** The session's Pods that are not being deleted. */
  public List<Pod> livePods(McpSession session) {
    return server.pods.all().stream()
        .filter(pod -> isLive(pod) && uid(session).equals(owner(pod)))
        .toList();
  }

  public List<Secret> secrets(McpSession session) {
    return server.secrets.all().stream()
        .filter(secret -> uid(session).equals(owner(secret)))
        .toList();
  }

  /** The session's own Service; null if there is none. */
  public @Nullable Service service(McpSession session) {
    Service service = server.services.find(name(session));
    return service != null && uid(session).equals(owner(service)) ? service : null;
  }

  /** Pods that receive the Service's connections: selected, ready, not being deleted. */
  public List<Pod> endpoints(Service service) {
    Map<String, String> selector = service.getSpec().getSelector();
    return server.pods.all().stream()
        .filter(pod -> isLive(pod) && isReady(pod))
        .filter(pod -> ModelCaches.labels(pod).entrySet().containsAll(selector.entrySet()))
        .toList();
  }

  public static int revision(McpSession session) {
    McpSessionStatus status = session.getStatus();
    Integer revision = status == null ? null : status.revision();
    return revision == null ? 0 : revision;
  }

  public static @Nullable String podName(McpSession session) {
    return session.getStatus() == null ? null : session.getStatus().podName();
  }

  public static @Nullable Condition condition(McpSession session, String type) {
    McpSessionStatus status = session.getStatus();
    return status == null || status.conditions() == null
        ? null
        : status.conditions().stream()
            .filter(condition -> type.equals(condition.type()))
            .findFirst()
            .orElse(null);
  }

  /** The reason of Ready; empty if there is none. */
  public static String reason(McpSession session) {
    Condition ready = condition(session, "Ready");
    return ready == null ? "" : ready.reason();
  }

  public static @Nullable Instant tokenExpiry(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    String expiry = annotations == null ? null : annotations.get(Names.TOKEN_EXPIRES_AT);
    return expiry == null ? null : Instant.parse(expiry);
  }

  /** What a Pod or Secret says about its token. */
  public static Map<String, String> token(HasMetadata child) {
    Map<String, String> said = new HashMap<>(child.getMetadata().getAnnotations());
    said.keySet()
        .retainAll(List.of(Names.TOKEN_OBTAINED_AT, Names.TOKEN_EXPIRES_AT, Names.TOKEN_VERSION));
    return said;
  }
}
