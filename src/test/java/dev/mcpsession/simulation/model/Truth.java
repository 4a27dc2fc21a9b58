package dev.mcpsession.simulation.model;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.PodTemplate;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  public static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  public static String image(McpSessionTemplate template) {
    return image(template.getSpec().session().podTemplate());
  }

  public static String image(PodTemplate template) {
    return template.spec().getContainers().getFirst().getImage();
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

  /** The template that the session names; null if it names none, or there is none of the name. */
  public @Nullable McpSessionTemplate template(McpSession session) {
    String name = session.getSpec().templateName();
    return name == null ? null : server.templates.find(name);
  }

  /** Whether the session names a template that does not exist. */
  public boolean lacksTemplate(McpSession session) {
    return session.getSpec().templateName() != null && template(session) == null;
  }

  /** Whether backends are made: of the podTemplate, or of a template that was found valid. */
  public boolean isUsable(McpSession session) {
    McpSessionTemplate template = template(session);
    return session.getSpec().templateName() == null
        || (template != null
            && template.getStatus() != null
            && template.getStatus().conditions().stream()
                .anyMatch(
                    valid ->
                        !"False".equals(valid.status())
                            && Objects.equals(
                                valid.observedGeneration(),
                                template.getMetadata().getGeneration())));
  }

  /** What the session is, with what its template gives. */
  public McpSessionSpec spec(McpSession session) {
    McpSessionTemplate template = template(session);
    return template != null
        ? EffectiveSpec.of(session.getSpec(), template.getSpec().session())
        : lacksTemplate(session)
            ? EffectiveSpec.withoutTemplate(session.getSpec(), service(session) != null, null)
            : EffectiveSpec.of(session.getSpec());
  }

  /** Whether the session has, or is to have, a Service. */
  public boolean wantsService(McpSession session) {
    return spec(session).wantsService();
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
