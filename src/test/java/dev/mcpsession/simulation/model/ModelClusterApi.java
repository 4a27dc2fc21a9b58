package dev.mcpsession.simulation.model;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.reconcile.write.ClusterApi;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operator's requests to the API server, with what it checks in some kinds only. */
public final class ModelClusterApi implements ClusterApi {
  /** Images that validation or a quota rejects. */
  public static final String INVALID_IMAGE = "invalid";

  public static final String FORBIDDEN_IMAGE = "forbidden";

  private final ModelApiServer server;

  public ModelClusterApi(ModelApiServer server) {
    this.server = server;
  }

  @Override
  public @Nullable McpSession readSession(String namespace, String name) {
    return server.sessions.read(name);
  }

  /** Stores via JSON, to reveal fields that read back differently than written. */
  @Override
  public McpSession replaceStatus(McpSession session) {
    McpSession stored = ModelApiServer.stored(server.sessions, session.getMetadata().getName());
    ModelApiServer.lock(stored, session);
    McpSessionStatus status =
        Serialization.unmarshal(Serialization.asJson(session.getStatus()), McpSessionStatus.class);
    if (status.equals(stored.getStatus())) {
      return ModelApiServer.copy(stored);
    }
    McpSession changed = ModelApiServer.copy(stored);
    changed.setStatus(status);
    return server.sessions.put(changed);
  }

  @Override
  public McpSession replaceFinalizers(McpSession session) {
    return server.replaceFinalizers(session);
  }

  @Override
  public void deleteSession(String namespace, String name, String uid, String resourceVersion) {
    server.delete(server.sessions, name, uid, resourceVersion);
  }

  @Override
  public @Nullable Service readService(String namespace, String name) {
    return server.services.read(name);
  }

  @Override
  public Service createService(Service service) {
    return server.create(server.services, service);
  }

  @Override
  public Service replaceService(Service service) {
    ModelApiServer.lock(
        ModelApiServer.stored(server.services, service.getMetadata().getName()), service);
    return server.services.put(service);
  }

  @Override
  public void deleteService(String namespace, String name, String uid) {
    server.delete(server.services, name, uid, null);
  }

  @Override
  public @Nullable Secret readSecret(String namespace, String name) {
    return server.secrets.read(name);
  }

  @Override
  public Secret createSecret(Secret secret) {
    return server.create(server.secrets, secret);
  }

  @Override
  public void deleteSecret(String namespace, String name, String uid) {
    server.delete(server.secrets, name, uid, null);
  }

  @Override
  public @Nullable Pod readPod(String namespace, String name) {
    return server.pods.read(name);
  }

  @Override
  public void trySecret(Secret secret) {
    requireFree(server.secrets, secret);
  }

  @Override
  public void tryPod(Pod pod) {
    admit(pod);
    requireFree(server.pods, pod);
  }

  private static void requireFree(ModelKind<?> kind, HasMetadata object) {
    if (kind.find(object.getMetadata().getName()) != null) {
      throw ModelApiServer.error(409, object.getMetadata().getName() + " already exists");
    }
  }

  @Override
  public Pod createPod(Pod pod) {
    admit(pod);
    return server.create(server.pods, pod);
  }

  private void admit(Pod pod) {
    String image = pod.getSpec().getContainers().getFirst().getImage();
    if (INVALID_IMAGE.equals(image)) {
      throw ModelApiServer.error(422, "the Pod is invalid");
    } else if (FORBIDDEN_IMAGE.equals(image)) {
      throw ModelApiServer.error(403, "the Pod exceeds a quota");
    } else if (server.pods.all().size() >= server.quota) {
      throw ModelApiServer.error(403, "exceeded quota: pods=" + server.quota);
    }
  }

  @Override
  public Pod labelPod(String namespace, String name, String uid, Map<String, String> labels) {
    Pod stored = ModelApiServer.stored(server.pods, name);
    if (!uid.equals(stored.getMetadata().getUid())) {
      throw ModelApiServer.error(409, "the uid in the precondition of " + name + " does not hold");
    }
    return server.pods.put(
        new PodBuilder(stored).editMetadata().addToLabels(labels).endMetadata().build());
  }

  @Override
  public void deletePod(String namespace, String name, String uid, @Nullable Integer graceSeconds) {
    server.delete(server.pods, name, uid, null);
  }

  @Override
  public @Nullable PodDisruptionBudget readBudget(String namespace, String name) {
    return server.budgets.read(name);
  }

  @Override
  public void createBudget(PodDisruptionBudget budget) {
    server.create(server.budgets, budget);
  }

  @Override
  public void createEvent(Event event) {
    server.create(server.events, event);
  }

  @Override
  public @Nullable Event readEvent(String namespace, String name) {
    return server.events.read(name);
  }

  @Override
  public void replaceEvent(Event event) {
    ModelApiServer.lock(ModelApiServer.stored(server.events, event.getMetadata().getName()), event);
    server.events.put(event);
  }
}
