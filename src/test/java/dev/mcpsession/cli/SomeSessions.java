package dev.mcpsession.cli;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;

/** Sessions of one namespace whose Pods, if there come to be any, run on a simulated node. */
record SomeSessions(Cluster cluster, String namespace) {
  /** Creates one; {@code fields} are of the spec, as YAML in one line without braces. */
  McpSession create(String name, List<String> finalizers, String fields) {
    McpSession session =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSession
            metadata: {name: %s, finalizers: %s}
            spec: {user: alice, podTemplate: {spec: {
              nodeSelector: {type: fake},
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],
              containers: [{name: backend, image: "busybox:1.35"}]}}%s}
            """
                .formatted(name, finalizers, fields.isEmpty() ? "" : ", " + fields),
            McpSession.class);
    return all().resource(session).create();
  }

  /** Creates one that names a template, which there is not. */
  McpSession createOf(String template, String name) {
    McpSession session =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSession
            metadata: {name: %s}
            spec: {user: alice, templateRef: {name: %s}}
            """
                .formatted(name, template),
            McpSession.class);
    return all().resource(session).create();
  }

  McpSession create(String name, String fields) {
    return create(name, List.of(), fields);
  }

  NonNamespaceOperation<McpSession, KubernetesResourceList<McpSession>, Resource<McpSession>>
      all() {
    return cluster.client().resources(McpSession.class).inNamespace(namespace);
  }

  McpSessionStatus status(String name) {
    return Objects.requireNonNull(all().withName(name).get().getStatus(), "no status yet");
  }

  /** Whether its condition Ready has this reason. */
  boolean says(String name, String reason) {
    McpSession session = all().withName(name).get();
    return session != null
        && session.getStatus() != null
        && session.getStatus().conditions() != null
        && session.getStatus().conditions().stream()
            .anyMatch(c -> c.type().equals("Ready") && c.reason().equals(reason));
  }

  void letGo(String name) {
    MergePatch.apply(all().withName(name), "{metadata: {finalizers: null}}");
  }

  /** An operator process that serves this namespace. */
  OperatorChild operator() throws IOException {
    return OperatorChild.start(
        Map.of(), "--kubeconfig", cluster.kubeconfig().toString(), "--namespace", namespace);
  }

  /** Of an operator beside others on a busy machine. */
  static ConditionFactory eventually() {
    return await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions();
  }
}
