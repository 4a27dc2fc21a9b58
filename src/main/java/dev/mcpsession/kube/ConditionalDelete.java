package dev.mcpsession.kube;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;

/**
 * Deletes an object only if it is still the one that was decided on, with background propagation
 * like kubectl. Sends raw requests: the client's DSL sends either uid or resourceVersion.
 */
public final class ConditionalDelete {
  /** What can be deleted like this, with its path in the API. */
  public enum Kind {
    SESSION("/apis/" + McpSession.GROUP + "/" + McpSession.VERSION, "mcpsessions"),
    CONNECTION("/apis/" + McpSession.GROUP + "/" + McpSession.VERSION, "mcpconnections"),
    SERVICE("/api/v1", "services"),
    SECRET("/api/v1", "secrets"),
    POD("/api/v1", "pods"),
    BUDGET("/apis/policy/v1", "poddisruptionbudgets");

    private final String group;
    private final String plural;

    Kind(String group, String plural) {
      this.group = group;
      this.plural = plural;
    }
  }

  private final KubernetesClient client;

  public ConditionalDelete(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Deletes one object.
   *
   * @param resourceVersion a second precondition; null: any
   * @throws io.fabric8.kubernetes.client.KubernetesClientException with 409 if a precondition does
   *     not hold, with 404 if there is no such object
   */
  public void delete(
      Kind kind, String namespace, String name, String uid, @Nullable String resourceVersion) {
    delete(kind, namespace, name, uid, resourceVersion, null);
  }

  /**
   * Deletes a Pod.
   *
   * @param graceSeconds how long its containers have to stop; null: as its own spec says
   * @throws io.fabric8.kubernetes.client.KubernetesClientException with 409 if the Pod of this name
   *     has another uid, with 404 if there is none
   */
  public void deletePod(String namespace, String name, String uid, @Nullable Integer graceSeconds) {
    delete(
        Kind.POD,
        namespace,
        name,
        uid,
        null,
        graceSeconds == null ? null : Long.valueOf(graceSeconds));
  }

  private void delete(
      Kind kind,
      String namespace,
      String name,
      String uid,
      @Nullable String resourceVersion,
      @Nullable Long graceSeconds) {
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withApiVersion("v1")
            .withKind("DeleteOptions")
            .withPropagationPolicy("Background")
            .withGracePeriodSeconds(graceSeconds)
            .withNewPreconditions()
            .withUid(uid)
            .withResourceVersion(resourceVersion)
            .endPreconditions()
            .build();
    String path = kind.group + "/namespaces/" + namespace + "/" + kind.plural + "/" + name;
    client.raw(path, "DELETE", options);
  }
}
