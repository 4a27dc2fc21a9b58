package dev.mcpsession.reconcile.template;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One template on the cluster as its administrator sees and changes it. */
final class LiveTemplate {
  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  LiveTemplate(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  String name() {
    return name;
  }

  /**
   * Creates the template.
   *
   * @param session its spec.session, as YAML in one line
   */
  McpSessionTemplate create(String session) {
    return client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSessionTemplate
                metadata: {name: %s, namespace: %s}
                spec: {session: %s}
                """
                    .formatted(name, namespace, session),
                McpSessionTemplate.class))
        .create();
  }

  Resource<McpSessionTemplate> resource() {
    return client.resources(McpSessionTemplate.class).inNamespace(namespace).withName(name);
  }

  McpSessionTemplate get() {
    return Objects.requireNonNull(resource().get(), name);
  }

  /**
   * Changes spec.session, and returns what is stored.
   *
   * @param session a JSON merge patch, written as YAML in one line
   */
  McpSessionTemplate change(String session) {
    return MergePatch.apply(resource(), "{spec: {session: %s}}".formatted(session));
  }

  McpSessionTemplateStatus status() {
    McpSessionTemplateStatus status = get().getStatus();
    return status == null ? new McpSessionTemplateStatus(null, null, null, null) : status;
  }

  /** Such as "UpToDate True Current"; of this generation of the template, else empty. */
  String says(String type) {
    McpSessionTemplate now = get();
    return condition(now, type)
        .filter(c -> now.getMetadata().getGeneration().equals(c.observedGeneration()))
        .map(c -> c.type() + " " + c.status() + " " + c.reason())
        .orElse("");
  }

  String message(String type) {
    return condition(get(), type).map(Condition::message).orElse("");
  }

  /** Whether all its sessions have nothing left to do for what is stored. */
  boolean isUpToDate() {
    return says("UpToDate").startsWith("UpToDate True");
  }

  static Optional<Condition> condition(McpSessionTemplate template, String type) {
    return Optional.ofNullable(template.getStatus())
        .map(McpSessionTemplateStatus::conditions)
        .orElse(List.of())
        .stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }
}
