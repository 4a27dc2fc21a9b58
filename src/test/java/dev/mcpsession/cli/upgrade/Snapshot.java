package dev.mcpsession.cli.upgrade;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which objects a namespace has, and how often each was written. */
record Snapshot(Map<String, String> sessions, Map<String, String> children) {
  static Snapshot of(KubernetesClient client, String namespace) {
    Map<String, String> sessions = new TreeMap<>();
    Map<String, String> children = new TreeMap<>();
    for (McpSession session :
        client.resources(McpSession.class).inNamespace(namespace).list().getItems()) {
      sessions.put(session.getMetadata().getName(), version(session.getMetadata()));
    }
    for (Class<? extends HasMetadata> kind : List.of(Secret.class, Service.class)) {
      for (HasMetadata child : client.resources(kind).inNamespace(namespace).list().getItems()) {
        children.put(name(child), version(child.getMetadata()));
      }
    }
    for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
      children.put(name(pod), written(pod.getMetadata()));
    }
    return new Snapshot(sessions, children);
  }

  private static String name(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }

  private static String version(ObjectMeta metadata) {
    return metadata.getUid() + " at " + metadata.getResourceVersion();
  }

  /** Without the status, which is the kubelet's: it writes when it likes. */
  private static String written(ObjectMeta metadata) {
    List<String> writers =
        metadata.getManagedFields().stream()
            .filter(entry -> !"status".equals(entry.getSubresource()))
            .map(Snapshot::describe)
            .toList();
    return "%s of %s, labels %s, annotations %s, deleted %s"
        .formatted(
            metadata.getUid(),
            writers,
            metadata.getLabels(),
            metadata.getAnnotations(),
            metadata.getDeletionTimestamp());
  }

  private static String describe(ManagedFieldsEntry entry) {
    return entry.getManager() + " " + entry.getOperation() + " at " + entry.getTime();
  }
}
