package dev.mcpsession.api;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * Sessions, templates or connections on a real API server, made and changed as documents, so that
 * they may break every rule.
 */
final class StoredObjects<T extends HasMetadata> {
  /** Pod templates that Kubernetes' types cannot hold. */
  static final List<String> UNREADABLE_POD_TEMPLATES =
      List.of(
          "{spec: {priority: 99999999999}}",
          "{spec: {priority: 1.5}}",
          "{spec: {activeDeadlineSeconds: 99999999999999999999}}",
          "{spec: {terminationGracePeriodSeconds: 10s}}",
          "{spec: {overhead: {memory: plenty}}}",
          "{spec: {overhead: {memory: 1KB}}}",
          "{spec: {overhead: {memory: 99999999999999999999999}}}",
          "{spec: {overhead: {memory: 1e99999999999}}}",
          "{spec: {overhead: {memory: ''}}}",
          "{spec: {containers: [{name: a, readinessProbe: {httpGet: {port: 99999999999}}}]}}",
          "{spec: {containers: [{name: a, readinessProbe:"
              + " {tcpSocket: {port: 99999999999999999999}}}]}}",
          "{spec: {containers: [{name: a, readinessProbe: {tcpSocket: {port: -1}}}]}}",
          "{spec: {containers: [null]}}",
          "{metadata: {labels: {a: null}}}");

  private final Cluster cluster;
  private final Class<T> type;
  private final String minimal;

  private StoredObjects(Cluster cluster, Class<T> type, String minimal) {
    this.cluster = cluster;
    this.type = type;
    this.minimal = minimal;
  }

  static StoredObjects<McpSession> sessions(Cluster cluster) {
    return new StoredObjects<>(
        cluster,
        McpSession.class,
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s, namespace: %s}
        spec:
          user: alice
          podTemplate:
            spec:
              containers: [{name: backend, image: "busybox:1.35"}]
        """);
  }

  static StoredObjects<McpSessionTemplate> templates(Cluster cluster) {
    return new StoredObjects<>(
        cluster,
        McpSessionTemplate.class,
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSessionTemplate
        metadata: {name: %s, namespace: %s}
        spec:
          session:
            podTemplate:
              spec:
                containers: [{name: backend, image: "busybox:1.35"}]
        """);
  }

  static StoredObjects<McpConnection> connections(Cluster cluster) {
    return new StoredObjects<>(
        cluster,
        McpConnection.class,
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpConnection
        metadata: {name: %s, namespace: %s}
        spec:
          sessionName: forgejo-hvnryrzl2my7kxd4w2wcgrsljd
          sessionUid: 7b1e4c52-90ab-4f5e-8d3c-2a6f1b0c9e11
          templateName: forgejo
          owner: 6d18a38c1dbe64396d18a38c1dbe64396d18a38c1dbe64396d18a38c1dbe6439
          protocolVersion: "2025-11-25"
          initialize: {protocolVersion: "2025-11-25", capabilities: {}}
        status: {revision: 1}
        """);
  }

  /** An object with no more than it must have. */
  GenericKubernetesResource minimal(String name) {
    return Serialization.unmarshal(
        minimal.formatted(name, cluster.namespace()), GenericKubernetesResource.class);
  }

  T create(String name) {
    cluster.client().resource(minimal(name)).create();
    return stored().withName(name).require();
  }

  /** A JSON merge patch, written as YAML. */
  T patch(String name, String change) {
    return MergePatch.apply(stored().withName(name), change);
  }

  /** Spec or status, and what comes back is not looked at. */
  void patchUnread(String name, String change) {
    var resource = cluster.client().resource(minimal(name));
    boolean subresource = change.startsWith("status:") && type != McpConnection.class;
    MergePatch.apply(subresource ? resource.subresource("status") : resource, change);
  }

  List<T> all() {
    return stored().list().getItems();
  }

  void removeAll() {
    stored().delete();
  }

  private NonNamespaceOperation<T, KubernetesResourceList<T>, Resource<T>> stored() {
    return cluster.client().resources(type).inNamespace(cluster.namespace());
  }
}
