package dev.mcpsession.install;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The operator of config/default, confined: it runs in one namespace of the test and serves only
 * another, where a Role grants it what the ClusterRole would.
 */
record InstalledOperator(KubernetesClient client, String namespace, String sessions) {
  /** Returns before anything of it is ready. */
  static InstalledOperator apply(Cluster cluster, String image) throws IOException {
    InstalledOperator operator =
        new InstalledOperator(cluster.client(), cluster.newNamespace(), cluster.newNamespace());
    List<HasMetadata> manifests = operator.read("config/manager");
    manifests.addAll(operator.read("config/rbac"));
    for (HasMetadata manifest : manifests) {
      operator.apply(manifest, manifests, image);
    }
    return operator;
  }

  private List<HasMetadata> read(String folder) throws IOException {
    List<HasMetadata> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path file : files.filter(f -> !f.endsWith("kustomization.yaml")).sorted().toList()) {
        try (InputStream content = Files.newInputStream(file)) {
          all.addAll(client.load(content).items());
        }
      }
    }
    return all;
  }

  private void apply(HasMetadata manifest, List<HasMetadata> manifests, String image) {
    switch (manifest) {
      case Namespace wanted ->
          MergePatch.apply(
              client.namespaces().withName(namespace),
              Serialization.asJson(
                  Map.of("metadata", Map.of("labels", wanted.getMetadata().getLabels()))));
      case ServiceAccount account -> create(account);
      case ConfigMap config -> {
        // They have no namespace, and so no Role can grant them.
        config
            .getData()
            .replaceAll((key, file) -> file.replace("watchNodes: true", "watchNodes: false"));
        create(config);
      }
      case PodDisruptionBudget budget -> create(budget);
      case Role role -> create(role);
      case RoleBinding binding -> {
        binding.getSubjects().forEach(this::move);
        create(binding);
      }
      case ClusterRoleBinding binding -> confine(binding, manifests);
      case Deployment deployment -> {
        var container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
        container.setImage(image);
        List<String> arguments = new ArrayList<>(container.getArgs());
        arguments.addAll(List.of("--namespace", sessions));
        container.setArgs(arguments);
        create(deployment);
      }
      case ClusterRole role -> {} // made where it is bound, see confine
      default -> throw new IllegalArgumentException("not known here: " + manifest.getKind());
    }
  }

  private void confine(ClusterRoleBinding binding, List<HasMetadata> manifests) {
    String name = binding.getRoleRef().getName();
    ClusterRole bound =
        manifests.stream()
            .filter(m -> m instanceof ClusterRole && m.getMetadata().getName().equals(name))
            .map(ClusterRole.class::cast)
            .findFirst()
            .orElseThrow();
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(sessions)
                .endMetadata()
                .withRules(bound.getRules())
                .build())
        .create();
    binding.getSubjects().forEach(this::move);
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(sessions)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                .withSubjects(binding.getSubjects())
                .build())
        .create();
  }

  private void move(Subject subject) {
    subject.setNamespace(namespace);
  }

  private void create(HasMetadata manifest) {
    manifest.getMetadata().setNamespace(namespace);
    client.resource(manifest).create();
  }

  Deployment deployment() {
    return client.apps().deployments().inNamespace(namespace).list().getItems().getFirst();
  }

  List<Pod> pods() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabelSelector(deployment().getSpec().getSelector())
        .list()
        .getItems();
  }

  /** A Pod's response at that path, through the API server's proxy. */
  String get(Pod pod, String path) {
    return client.raw(
        "/api/v1/namespaces/%s/pods/%s:8080/proxy%s"
            .formatted(namespace, pod.getMetadata().getName(), path));
  }
}
