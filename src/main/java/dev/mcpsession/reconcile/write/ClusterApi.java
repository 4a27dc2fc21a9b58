package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that the operator sends for sessions, each a single call to the API server. All
 * throw {@link io.fabric8.kubernetes.client.KubernetesClientException} with the status code, or -1
 * without a response; a read returns null for 404.
 */
public interface ClusterApi {
  @Nullable McpSession readSession(String namespace, String name);

  /** Precondition: the session's resourceVersion. */
  McpSession replaceStatus(McpSession session);

  /**
   * Writes metadata.finalizers and nothing else. Precondition: the session's resourceVersion. A
   * session that is being deleted disappears with its last finalizer.
   */
  McpSession replaceFinalizers(McpSession session);

  void deleteSession(String namespace, String name, String uid, String resourceVersion);

  @Nullable Service readService(String namespace, String name);

  Service createService(Service service);

  /** Precondition: the Service's resourceVersion. */
  Service replaceService(Service service);

  void deleteService(String namespace, String name, String uid);

  @Nullable Secret readSecret(String namespace, String name);

  Secret createSecret(Secret secret);

  /** A dry run of {@link #createSecret}: nothing is stored. */
  void trySecret(Secret secret);

  void deleteSecret(String namespace, String name, String uid);

  @Nullable Pod readPod(String namespace, String name);

  Pod createPod(Pod pod);

  /** A dry run of {@link #createPod}: nothing is stored. */
  void tryPod(Pod pod);

  /** Sets these labels and no others. Precondition: the Pod's uid. */
  Pod labelPod(String namespace, String name, String uid, Map<String, String> labels);

  void deletePod(String namespace, String name, String uid, @Nullable Integer graceSeconds);

  @Nullable PodDisruptionBudget readBudget(String namespace, String name);

  void createBudget(PodDisruptionBudget budget);

  void createEvent(Event event);

  @Nullable Event readEvent(String namespace, String name);

  void replaceEvent(Event event);
}
