package dev.mcpsession.chart;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The chart on a real cluster, in a namespace of its own that enforces the restricted Pod security
 * standard. The release is named like the namespace.
 */
final class Release implements AutoCloseable {
  private static final List<String> DEFINITIONS =
      List.of(
          "mcpsessions.mcpsession.dev",
          "mcptemplates.mcpsession.dev",
          "mcpconnections.mcpsession.dev");
  private static final int SECONDS = 180;
  private static final Duration SOON = Duration.ofSeconds(SECONDS);

  private final Cluster cluster;
  private final KubernetesClient client;
  private final String namespace;

  private Release(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.namespace = namespace;
  }

  /** A place for it; nothing is installed yet. */
  static Release in(Cluster cluster) {
    String namespace = cluster.newNamespace();
    MergePatch.apply(
        cluster.client().namespaces().withName(namespace),
        "{metadata: {labels: {pod-security.kubernetes.io/enforce: restricted}}}");
    return new Release(cluster, namespace);
  }

  String namespace() {
    return namespace;
  }

  /** Of the Deployment and all that is named like it. */
  String fullName() {
    return namespace + "-" + Chart.NAME;
  }

  /** Returns when the replicas are ready and one of them leads. */
  void install(String values) {
    adoptDefinitions();
    Chart.withValues(
        values,
        file ->
            Chart.helm()
                .install()
                .withName(namespace)
                .withNamespace(namespace)
                .withKubeConfig(cluster.kubeconfig())
                .withValuesFile(file)
                .waitReady()
                .withTimeout(SECONDS)
                .call());
    awaitLeader();
  }

  /** Returns when only Pods of the new version are left, and one of them leads. */
  void upgrade(String values) {
    Chart.withValues(
        values,
        file ->
            Chart.helm()
                .upgrade()
                .withName(namespace)
                .withNamespace(namespace)
                .withKubeConfig(cluster.kubeconfig())
                .withValuesFile(file)
                .waitReady()
                .withTimeout(SECONDS)
                .call());
    awaitLeader();
  }

  /** Returns when the operator's Pods are gone. */
  void uninstall() {
    Helm.uninstall(namespace).withNamespace(namespace).withKubeConfig(cluster.kubeconfig()).call();
    await("the operator is gone").atMost(SOON).until(() -> pods().isEmpty());
  }

  /** As {@code helm template} and {@code kubectl apply} do, which hooks are no hooks for. */
  void applyHooksWithoutHelm(String values) {
    for (JsonNode object : Chart.rendered(namespace, namespace, values).objects()) {
      if (object.at("/metadata/annotations").has(Chart.HOOK)) {
        client.resource(object.toString()).create();
      }
    }
  }

  /** Of the cleanup's Job. */
  int hookFailures() {
    JobStatus status = hook().getStatus();
    return status == null || status.getFailed() == null ? 0 : status.getFailed();
  }

  /** What the cleanup's Pod says. */
  String hookLog() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("batch.kubernetes.io/job-name", hook().getMetadata().getName())
        .resources()
        .map(PodResource::getLog)
        .collect(Collectors.joining("\n"));
  }

  private Job hook() {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(fullName() + "-cleanup")
        .get();
  }

  /** The operator's, by name. */
  Map<String, Pod> pods() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems()
        .stream()
        .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), pod -> pod));
  }

  /** What the operator's Pods have logged so far. */
  String log() {
    return pods().keySet().stream()
        .map(name -> client.pods().inNamespace(namespace).withName(name).getLog())
        .collect(Collectors.joining("\n"));
  }

  /** The name of the ServiceAccount's user. */
  String user() {
    return "system:serviceaccount:" + namespace + ":" + fullName();
  }

  private void awaitLeader() {
    await("a replica leads and none is left of before")
        .atMost(SOON)
        .until(
            () -> {
              Map<String, Pod> pods = pods();
              return pods.size() == 2
                  && pods.values().stream()
                      .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                  && pods.keySet().stream().anyMatch(holder()::startsWith);
            });
  }

  private String holder() {
    Lease lease = client.leases().inNamespace(namespace).withName(fullName()).get();
    return lease == null || lease.getSpec().getHolderIdentity() == null
        ? ""
        : lease.getSpec().getHolderIdentity();
  }

  /**
   * As the README says for definitions that were there before; on this cluster they always were.
   */
  private void adoptDefinitions() {
    for (String definition : DEFINITIONS) {
      MergePatch.apply(
          client.apiextensions().v1().customResourceDefinitions().withName(definition),
          """
          {"metadata": {
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {
              "meta.helm.sh/release-name": "%1$s",
              "meta.helm.sh/release-namespace": "%1$s"}}}
          """
              .formatted(namespace));
    }
  }

  /** What is left of the chart in the cluster's own scope and in some namespaces. */
  List<String> leftovers(String... namespaces) {
    Map<String, String> ours = Map.of("app.kubernetes.io/instance", namespace);
    var rbac = client.rbac();
    List<HasMetadata> found = new ArrayList<>();
    found.addAll(rbac.clusterRoles().withLabels(ours).list().getItems());
    found.addAll(rbac.clusterRoleBindings().withLabels(ours).list().getItems());
    for (String in : namespaces) {
      found.addAll(rbac.roles().inNamespace(in).withLabels(ours).list().getItems());
      found.addAll(rbac.roleBindings().inNamespace(in).withLabels(ours).list().getItems());
      found.addAll(client.batch().v1().jobs().inNamespace(in).withLabels(ours).list().getItems());
      found.addAll(client.serviceAccounts().inNamespace(in).withLabels(ours).list().getItems());
      found.addAll(client.pods().inNamespace(in).withLabels(ours).list().getItems());
    }
    return found.stream().map(it -> it.getKind() + " " + it.getMetadata().getName()).toList();
  }

  @Override
  public void close() {
    Helm.uninstall(namespace)
        .withNamespace(namespace)
        .withKubeConfig(cluster.kubeconfig())
        .noHooks()
        .ignoreNotFound()
        .call();
  }
}
