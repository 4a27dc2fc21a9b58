package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.kube.ConditionalDelete;
import dev.mcpsession.kube.ConditionalDelete.Kind;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends the requests through the fabric8 client. */
public final class KubernetesApi implements ClusterApi, TemplateApi {
  private final KubernetesClient client;
  private final ConditionalDelete deletes;

  public KubernetesApi(KubernetesClient client) {
    this.client = client;
    this.deletes = new ConditionalDelete(client);
  }

  @Override
  public @Nullable McpSession readSession(String namespace, String name) {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name).get();
  }

  @Override
  public McpSession replaceStatus(McpSession session) {
    return client.resource(session).updateStatus();
  }

  @Override
  public McpSessionTemplate replaceTemplateStatus(McpSessionTemplate template) {
    return client.resource(template).updateStatus();
  }

  /**
   * A merge patch does not touch spec and annotations, including fields that this version does not
   * know.
   */
  @Override
  public McpSession replaceFinalizers(McpSession session) {
    ObjectMeta metadata = session.getMetadata();
    Map<String, Object> change =
        Map.of(
            "metadata",
            Map.of(
                "resourceVersion",
                metadata.getResourceVersion(),
                "finalizers",
                metadata.getFinalizers()));
    return client
        .resources(McpSession.class)
        .inNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client.getKubernetesSerialization().asJson(change));
  }

  @Override
  public void deleteSession(String namespace, String name, String uid, String resourceVersion) {
    deletes.delete(Kind.SESSION, namespace, name, uid, resourceVersion);
  }

  @Override
  public @Nullable Service readService(String namespace, String name) {
    return client.services().inNamespace(namespace).withName(name).get();
  }

  @Override
  public Service createService(Service service) {
    return client.resource(service).create();
  }

  @Override
  public Service replaceService(Service service) {
    return client.resource(service).update();
  }

  @Override
  public void deleteService(String namespace, String name, String uid) {
    deletes.delete(Kind.SERVICE, namespace, name, uid, null);
  }

  @Override
  public @Nullable Secret readSecret(String namespace, String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  @Override
  public Secret createSecret(Secret secret) {
    return client.resource(secret).create();
  }

  @Override
  public void trySecret(Secret secret) {
    client.resource(secret).dryRun().create();
  }

  @Override
  public void deleteSecret(String namespace, String name, String uid) {
    deletes.delete(Kind.SECRET, namespace, name, uid, null);
  }

  @Override
  public @Nullable Pod readPod(String namespace, String name) {
    return client.pods().inNamespace(namespace).withName(name).get();
  }

  @Override
  public Pod createPod(Pod pod) {
    return client.resource(pod).create();
  }

  @Override
  public void tryPod(Pod pod) {
    client.resource(pod).dryRun().create();
  }

  /** A merge patch whose metadata.uid differs is answered with 409. */
  @Override
  public Pod labelPod(String namespace, String name, String uid, Map<String, String> labels) {
    Map<String, Object> change = Map.of("metadata", Map.of("uid", uid, "labels", labels));
    return client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client.getKubernetesSerialization().asJson(change));
  }

  @Override
  public void deletePod(String namespace, String name, String uid, @Nullable Integer graceSeconds) {
    deletes.deletePod(namespace, name, uid, graceSeconds);
  }

  @Override
  public @Nullable PodDisruptionBudget readBudget(String namespace, String name) {
    return client.policy().v1().podDisruptionBudget().inNamespace(namespace).withName(name).get();
  }

  @Override
  public void createBudget(PodDisruptionBudget budget) {
    client.resource(budget).create();
  }

  @Override
  public void createEvent(Event event) {
    client.resource(event).create();
  }

  @Override
  public @Nullable Event readEvent(String namespace, String name) {
    return client.v1().events().inNamespace(namespace).withName(name).get();
  }

  @Override
  public void replaceEvent(Event event) {
    client.resource(event).update();
  }
}
