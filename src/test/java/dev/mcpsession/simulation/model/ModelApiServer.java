package dev.mcpsession.simulation.model;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.reconcile.write.ClusterApi;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The API server of one run, in one namespace, with what the operator relies on: uids, optimistic
 * locking, preconditions of deletes, graceful deletion of Pods, finalizers and a status
 * subresource.
 */
public final class ModelApiServer implements ClusterApi {
  public static final String NAMESPACE = "sessions";

  /** Images that validation or a quota rejects. */
  public static final String INVALID_IMAGE = "invalid";

  public static final String FORBIDDEN_IMAGE = "forbidden";

  public final ModelKind<McpSession> sessions =
      new ModelKind<>(ModelApiServer::copy, this::nextVersion);
  public final ModelKind<Pod> pods =
      new ModelKind<>(pod -> new PodBuilder(pod).build(), this::nextVersion);
  public final ModelKind<Secret> secrets =
      new ModelKind<>(secret -> new SecretBuilder(secret).build(), this::nextVersion);
  public final ModelKind<Service> services =
      new ModelKind<>(service -> new ServiceBuilder(service).build(), this::nextVersion);
  public final ModelKind<Node> nodes =
      new ModelKind<>(node -> new NodeBuilder(node).build(), this::nextVersion);
  public final ModelKind<PodDisruptionBudget> budgets =
      new ModelKind<>(budget -> new PodDisruptionBudgetBuilder(budget).build(), this::nextVersion);
  public final ModelKind<Event> events =
      new ModelKind<>(event -> new EventBuilder(event).build(), this::nextVersion);

  /** How many Pods fit into the namespace, also of those that are being deleted. */
  public int quota = Integer.MAX_VALUE;

  private final InstantSource clock;
  private final String run;
  private boolean ending;
  private long versions;
  private int uids;

  public ModelApiServer(InstantSource clock, long seed) {
    this.clock = clock;
    this.run = Long.toHexString(seed);
  }

  private long nextVersion() {
    return ++versions;
  }

  private static McpSession copy(McpSession session) {
    McpSession copy = new McpSession();
    copy.setMetadata(new ObjectMetaBuilder(session.getMetadata()).build());
    copy.setSpec(session.getSpec());
    copy.setStatus(session.getStatus());
    return copy;
  }

  /** The current time in the API server's precision of one second. */
  public String time() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** For users; the operator has no such request. */
  public McpSession createSession(McpSession session) {
    session.getMetadata().setGeneration(1L);
    return create(sessions, session);
  }

  /** The namespace is being deleted: nothing is created in it any more. */
  public void endNamespace() {
    ending = true;
  }

  private static KubernetesClientException namespaceEnds() {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(403)
            .withMessage("forbidden: unable to create new content: it is being terminated")
            .withNewDetails()
            .addNewCause(NAMESPACE, "is being terminated", "NamespaceTerminating")
            .endDetails()
            .build());
  }

  public <T extends HasMetadata> T create(ModelKind<T> kind, T object) {
    if (ending) {
      throw namespaceEnds();
    }
    ObjectMeta metadata = object.getMetadata();
    if (kind.find(metadata.getName()) != null) {
      throw error(409, metadata.getName() + " already exists");
    }
    object.setMetadata(
        new ObjectMetaBuilder(metadata)
            .withNamespace(NAMESPACE)
            .withUid("uid-" + run + "-" + ++uids)
            .withCreationTimestamp(time())
            .build());
    return kind.put(object);
  }

  /**
   * Deletes as the API server does: at once, or by a deletion timestamp if a node or a finalizer
   * must agree.
   */
  public <T extends HasMetadata> void delete(
      ModelKind<T> kind, String name, @Nullable String uid, @Nullable String version) {
    T object = stored(kind, name);
    ObjectMeta metadata = object.getMetadata();
    if ((uid != null && !uid.equals(metadata.getUid()))
        || (version != null && !version.equals(metadata.getResourceVersion()))) {
      throw error(409, "the precondition of the delete of " + name + " does not hold");
    }
    boolean lingers =
        !metadata.getFinalizers().isEmpty()
            || (object instanceof Pod pod && pod.getSpec().getNodeName() != null);
    if (!lingers) {
      kind.remove(name);
    } else if (metadata.getDeletionTimestamp() == null) {
      kind.edit(object, copy -> copy.getMetadata().setDeletionTimestamp(time()));
    }
  }

  private static <T extends HasMetadata> T stored(ModelKind<T> kind, String name) {
    T object = kind.find(name);
    if (object == null) {
      throw error(404, name + " not found");
    }
    return object;
  }

  private static void lock(HasMetadata stored, HasMetadata sent) {
    if (!Objects.equals(
            stored.getMetadata().getResourceVersion(), sent.getMetadata().getResourceVersion())
        || !Objects.equals(stored.getMetadata().getUid(), sent.getMetadata().getUid())) {
      throw error(409, sent.getMetadata().getName() + " has been modified");
    }
  }

  public static KubernetesClientException error(int code, String message) {
    return new KubernetesClientException(message, code, null);
  }

  public @Nullable McpSession sessionOf(String uid) {
    return sessions.all().stream()
        .filter(session -> uid.equals(session.getMetadata().getUid()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable McpSession readSession(String namespace, String name) {
    return sessions.read(name);
  }

  /** Stores via JSON, to reveal fields that read back differently than written. */
  @Override
  public McpSession replaceStatus(McpSession session) {
    McpSession stored = stored(sessions, session.getMetadata().getName());
    lock(stored, session);
    McpSessionStatus status =
        Serialization.unmarshal(Serialization.asJson(session.getStatus()), McpSessionStatus.class);
    if (status.equals(stored.getStatus())) {
      return copy(stored);
    }
    McpSession changed = copy(stored);
    changed.setStatus(status);
    return sessions.put(changed);
  }

  @Override
  public McpSession replaceFinalizers(McpSession session) {
    McpSession stored = stored(sessions, session.getMetadata().getName());
    lock(stored, session);
    List<String> finalizers = session.getMetadata().getFinalizers();
    boolean ending = stored.getMetadata().getDeletionTimestamp() != null;
    if (ending && !stored.getMetadata().getFinalizers().containsAll(finalizers)) {
      throw error(422, "no finalizer can be added to what is being deleted");
    }
    McpSession changed = copy(stored);
    changed.getMetadata().setFinalizers(List.copyOf(finalizers));
    if (ending && finalizers.isEmpty()) {
      sessions.remove(session.getMetadata().getName());
      return changed;
    }
    return sessions.put(changed);
  }

  @Override
  public void deleteSession(String namespace, String name, String uid, String resourceVersion) {
    delete(sessions, name, uid, resourceVersion);
  }

  @Override
  public @Nullable Service readService(String namespace, String name) {
    return services.read(name);
  }

  @Override
  public Service createService(Service service) {
    return create(services, service);
  }

  @Override
  public Service replaceService(Service service) {
    lock(stored(services, service.getMetadata().getName()), service);
    return services.put(service);
  }

  @Override
  public void deleteService(String namespace, String name, String uid) {
    delete(services, name, uid, null);
  }

  @Override
  public @Nullable Secret readSecret(String namespace, String name) {
    return secrets.read(name);
  }

  @Override
  public Secret createSecret(Secret secret) {
    return create(secrets, secret);
  }

  @Override
  public void deleteSecret(String namespace, String name, String uid) {
    delete(secrets, name, uid, null);
  }

  @Override
  public @Nullable Pod readPod(String namespace, String name) {
    return pods.read(name);
  }

  @Override
  public void trySecret(Secret secret) {
    requireFree(secrets, secret);
  }

  @Override
  public void tryPod(Pod pod) {
    admit(pod);
    requireFree(pods, pod);
  }

  private static void requireFree(ModelKind<?> kind, HasMetadata object) {
    if (kind.find(object.getMetadata().getName()) != null) {
      throw error(409, object.getMetadata().getName() + " already exists");
    }
  }

  @Override
  public Pod createPod(Pod pod) {
    admit(pod);
    return create(pods, pod);
  }

  private void admit(Pod pod) {
    String image = pod.getSpec().getContainers().getFirst().getImage();
    if (INVALID_IMAGE.equals(image)) {
      throw error(422, "the Pod is invalid");
    } else if (FORBIDDEN_IMAGE.equals(image)) {
      throw error(403, "the Pod exceeds a quota");
    } else if (pods.all().size() >= quota) {
      throw error(403, "exceeded quota: pods=" + quota);
    }
  }

  @Override
  public Pod labelPod(String namespace, String name, String uid, Map<String, String> labels) {
    Pod stored = stored(pods, name);
    if (!uid.equals(stored.getMetadata().getUid())) {
      throw error(409, "the uid in the precondition of " + name + " does not hold");
    }
    return pods.put(
        new PodBuilder(stored).editMetadata().addToLabels(labels).endMetadata().build());
  }

  @Override
  public void deletePod(String namespace, String name, String uid) {
    delete(pods, name, uid, null);
  }

  @Override
  public @Nullable PodDisruptionBudget readBudget(String namespace, String name) {
    return budgets.read(name);
  }

  @Override
  public void createBudget(PodDisruptionBudget budget) {
    create(budgets, budget);
  }

  @Override
  public void createEvent(Event event) {
    create(events, event);
  }

  @Override
  public @Nullable Event readEvent(String namespace, String name) {
    return events.read(name);
  }

  @Override
  public void replaceEvent(Event event) {
    lock(stored(events, event.getMetadata().getName()), event);
    events.put(event);
  }
}
