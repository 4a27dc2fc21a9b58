package dev.mcpsession.simulation.model;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
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
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The API server of one run, in one namespace: the objects of each kind, with what the operator
 * relies on for all of them: uids, optimistic locking, preconditions of deletes, graceful deletion
 * of Pods and finalizers.
 */
public final class ModelApiServer {
  public static final String NAMESPACE = "sessions";

  public final ModelKind<McpSession> sessions =
      new ModelKind<>(ModelApiServer::copy, this::nextVersion);
  public final ModelKind<McpSessionTemplate> templates =
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

  static McpSession copy(McpSession session) {
    McpSession copy = new McpSession();
    copy.setMetadata(new ObjectMetaBuilder(session.getMetadata()).build());
    copy.setSpec(session.getSpec());
    copy.setStatus(session.getStatus());
    return copy;
  }

  private static McpSessionTemplate copy(McpSessionTemplate template) {
    McpSessionTemplate copy = new McpSessionTemplate();
    copy.setMetadata(new ObjectMetaBuilder(template.getMetadata()).build());
    copy.setSpec(template.getSpec());
    copy.setStatus(template.getStatus());
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

  /** The object of this name; without it, the answer is 404. */
  static <T extends HasMetadata> T stored(ModelKind<T> kind, String name) {
    T object = kind.find(name);
    if (object == null) {
      throw error(404, name + " not found");
    }
    return object;
  }

  /** Answers 409 if what was sent is not made from what is stored. */
  static void lock(HasMetadata stored, HasMetadata sent) {
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

  /** Also for users; the last one to go takes along what is being deleted. */
  public McpSession replaceFinalizers(McpSession session) {
    McpSession stored = stored(sessions, session.getMetadata().getName());
    lock(stored, session);
    List<String> finalizers = session.getMetadata().getFinalizers();
    boolean going = stored.getMetadata().getDeletionTimestamp() != null;
    if (going && !stored.getMetadata().getFinalizers().containsAll(finalizers)) {
      throw error(422, "no finalizer can be added to what is being deleted");
    }
    McpSession changed = copy(stored);
    changed.getMetadata().setFinalizers(List.copyOf(finalizers));
    if (going && finalizers.isEmpty()) {
      sessions.remove(session.getMetadata().getName());
      return changed;
    }
    return sessions.put(changed);
  }
}
