package dev.mcpsession.api;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * Sessions on a real API server, made and changed as documents, so that they may break every rule.
 */
final class StoredSessions {
  private final Cluster cluster;

  StoredSessions(Cluster cluster) {
    this.cluster = cluster;
  }

  /** A session with no more than it must have. */
  GenericKubernetesResource minimal(String name) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s, namespace: %s}
        spec:
          user: alice
          podTemplate:
            spec:
              containers: [{name: backend, image: "busybox:1.35"}]
        """
            .formatted(name, cluster.namespace()),
        GenericKubernetesResource.class);
  }

  McpSession create(String name) {
    cluster.client().resource(minimal(name)).create();
    return cluster.sessions().withName(name).require();
  }

  /** A JSON merge patch, written as YAML. */
  McpSession patch(String name, String change) {
    return MergePatch.apply(cluster.sessions().withName(name), change);
  }

  /** Spec or status, and what comes back is not looked at. */
  void patchUnread(String name, String change) {
    var resource = cluster.client().resource(minimal(name));
    MergePatch.apply(
        change.startsWith("status:") ? resource.subresource("status") : resource, change);
  }

  List<McpSession> all() {
    return cluster.sessions().list().getItems();
  }

  void removeAll() {
    cluster.sessions().delete();
  }
}
