package dev.mcpsession.reconcile;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.Reason;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.Yaml;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One session on the cluster as its user sees and changes it. */
public final class LiveSession {
  /** A backend on a simulated node: Ready at once, gone at once. */
  public static final String FAKE =
      """
      {spec: {
        nodeSelector: {type: fake},
        tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],
        containers: [{name: backend, image: "busybox:1.35"}]}}
      """;

  /** A backend on a node that runs containers. */
  public static final String REAL =
      """
      {spec: {terminationGracePeriodSeconds: 1, containers: [{
        name: backend, image: "busybox:1.35", imagePullPolicy: IfNotPresent,
        command: [httpd, -f, -p, "8080", -h, /tmp]}]}}
      """;

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  public LiveSession(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /**
   * Creates the session.
   *
   * @param fields of the spec besides user and podTemplate, as YAML
   */
  public McpSession create(String fields, String podTemplate) {
    return create("{}", fields, podTemplate);
  }

  public McpSession create(String annotations, String fields, String podTemplate) {
    Map<String, Object> metadata =
        Map.of("name", name, "namespace", namespace, "annotations", Yaml.map(annotations));
    Map<String, Object> spec = new LinkedHashMap<>(Yaml.map(fields));
    spec.put("user", "alice");
    spec.put("podTemplate", Yaml.map(podTemplate));
    Map<String, Object> document =
        Map.of(
            "apiVersion",
            "mcpsession.dev/v1alpha1",
            "kind",
            "McpSession",
            "metadata",
            metadata,
            "spec",
            spec);
    return client
        .resource(Serialization.unmarshal(Serialization.asYaml(document), McpSession.class))
        .create();
  }

  public static Map<String, String> texts(String yaml) {
    return Yaml.map(yaml).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toString()));
  }

  public Resource<McpSession> resource() {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name);
  }

  public @Nullable McpSession get() {
    return resource().get();
  }

  /** A JSON merge patch, written as YAML. */
  public void patch(String change) {
    MergePatch.apply(resource(), change);
  }

  public void patchStatus(String change) {
    MergePatch.apply(resource().subresource("status"), change);
  }

  public void annotate(String annotation, @Nullable String value) {
    patch(
        "{metadata: {annotations: {%s: %s}}}"
            .formatted(annotation, value == null ? "null" : "\"" + value + "\""));
  }

  public McpSessionStatus status() {
    McpSession session = get();
    return session == null || session.getStatus() == null
        ? new McpSessionStatus(
            null, null, null, null, null, null, null, null, null, null, null, null)
        : session.getStatus();
  }

  @Nullable Condition condition(ConditionType type) {
    return status().condition(type);
  }

  /** Such as "Ready Serving" or "not Ready Starting"; empty while there is no such condition. */
  public String says(ConditionType type) {
    Condition condition = condition(type);
    return condition == null
        ? ""
        : (condition.isTrue() ? "" : "not ") + type + " " + condition.reason();
  }

  public String message(ConditionType type) {
    Condition condition = condition(type);
    return condition == null ? "" : condition.message();
  }

  public boolean isServing() {
    return says(ConditionType.Ready).equals("Ready " + Reason.Serving);
  }

  public List<Pod> ownPods() {
    return own(
        client
            .pods()
            .inNamespace(namespace)
            .withLabel(Names.SESSION_LABEL, name)
            .list()
            .getItems());
  }

  public List<Secret> ownSecrets() {
    return own(
        client
            .secrets()
            .inNamespace(namespace)
            .withLabel(Names.SESSION_LABEL, name)
            .list()
            .getItems());
  }

  public @Nullable Service service() {
    return client.services().inNamespace(namespace).withName(name).get();
  }

  private static <T extends HasMetadata> List<T> own(List<T> children) {
    return children.stream()
        .filter(child -> !child.getMetadata().getOwnerReferences().isEmpty())
        .toList();
  }

  public static List<String> names(List<? extends HasMetadata> objects) {
    return objects.stream().map(object -> object.getMetadata().getName()).toList();
  }

  /** Reasons of the session's Events with how often each was counted. */
  public Map<String, Integer> events() {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> name.equals(event.getInvolvedObject().getName()))
        .filter(event -> "McpSession".equals(event.getInvolvedObject().getKind()))
        .collect(Collectors.toMap(Event::getReason, Event::getCount, Integer::sum));
  }

  /** The message of the Events of one reason. */
  public String eventMessage(String reason) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> name.equals(event.getInvolvedObject().getName()))
        .filter(event -> reason.equals(event.getReason()))
        .map(Event::getMessage)
        .collect(Collectors.joining("\n"));
  }

  /**
   * Creates or replaces the labelled Secret {@code <session>-source}; the values are plain text.
   */
  public void source(Map<String, String> values) {
    source(Map.of(Names.TOKEN_SOURCE_LABEL, "true"), values);
  }

  public void source(Map<String, String> labels, Map<String, String> values) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name + "-source")
            .withLabels(labels)
            .endMetadata()
            .withStringData(values)
            .build();
    client.resource(secret).createOr(replace -> replace.update());
  }

  /** The token that the serving Pod got. */
  public String servedToken() {
    Secret secret =
        client.secrets().inNamespace(namespace).withName(String.valueOf(status().podName())).get();
    return secret == null
        ? ""
        : new String(
            Base64.getDecoder().decode(secret.getData().get(Names.TOKEN_KEY)),
            StandardCharsets.UTF_8);
  }
}
