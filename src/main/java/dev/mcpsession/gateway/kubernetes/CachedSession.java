package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the cache keeps of a session: tens of thousands of them are held. */
final class CachedSession {
  private static final Set<String> ANNOTATIONS =
      Set.of(Names.LAST_ACTIVE, Names.LAST_CONNECTED, Names.RELEASED);
  private static final Set<String> CONDITIONS =
      Set.of(ConditionType.Ready.name(), ConditionType.TokenValid.name());

  private CachedSession() {}

  /** The session without what the gateway never reads. Changes the session. */
  static McpSession trim(McpSession session) {
    ObjectMeta metadata = session.getMetadata();
    metadata.setLabels(null);
    metadata.setOwnerReferences(List.of());
    Map<String, String> annotations = metadata.getAnnotations();
    if (annotations != null && !annotations.isEmpty()) {
      metadata.setAnnotations(trim(annotations));
    }
    if (session.getSpec() != null) {
      session.setSpec(trim(session.getSpec()));
    }
    McpSessionStatus status = session.getStatus();
    if (status != null && status.conditions() != null) {
      List<Condition> kept =
          status.conditions().stream().filter(it -> CONDITIONS.contains(it.type())).toList();
      session.setStatus(status.withConditions(kept));
    }
    return session;
  }

  /** One of others stays if there are no more: a patch has to know whether there are any at all. */
  private static Map<String, String> trim(Map<String, String> annotations) {
    Map<String, String> ours =
        annotations.entrySet().stream()
            .filter(it -> ANNOTATIONS.contains(it.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return ours.isEmpty() ? Map.ofEntries(annotations.entrySet().iterator().next()) : ours;
  }

  private static McpSessionSpec trim(McpSessionSpec spec) {
    return new McpSessionSpec(
        spec.user(),
        spec.owner(),
        spec.templateRef(),
        spec.idleTimeoutSeconds(),
        spec.maxLifetimeSeconds(),
        spec.onIdle(),
        spec.deleteAfterIdleSeconds(),
        spec.suspend(),
        spec.startupTimeoutSeconds(),
        spec.drainSeconds(),
        spec.replacement(),
        spec.port(),
        spec.path(),
        spec.service(),
        spec.serviceAppProtocol(),
        null,
        null,
        null);
  }
}
