package dev.mcpsession.rbac;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks the permissions, and that sessions can be read, before the informers start: their own
 * errors name neither what is missing nor the remedy.
 */
public record SessionAccess(
    KubernetesClient client, Set<String> namespaces, PermissionReview permissions) {

  /**
   * Checks all of them.
   *
   * @return which of several namespaces cannot be served, and why; the others can
   * @throws PermissionReview.MissingPermissions if none can be served for lack of a permission
   * @throws KubernetesClientException if the sessions of none can be read
   */
  public Map<String, String> check() {
    Map<String, String> refused = new TreeMap<>();
    permissions.check().forEach((namespace, missing) -> refused.put(namespace, lacks(missing)));
    if (namespaces.isEmpty()) {
      client.resources(McpSession.class).inAnyNamespace().list(one());
    }
    for (String namespace : namespaces) {
      if (!refused.containsKey(namespace)) {
        Optional<KubernetesClientException> refusal = read(namespace);
        refusal.ifPresent(e -> refused.put(namespace, ApiErrors.reason(e)));
        if (refusal.isPresent() && refused.size() == namespaces.size()) {
          throw refusal.get();
        }
      }
    }
    return refused;
  }

  /**
   * Why the sessions of one namespace cannot be served; empty: they can.
   *
   * @param namespace a watched one; null if all are watched
   * @throws KubernetesClientException if the API server does not answer
   */
  public Optional<String> refusal(@Nullable String namespace) {
    Optional<String> missing = permissions.checkIn(namespace).map(SessionAccess::lacks);
    return missing.isPresent() || namespace == null
        ? missing
        : read(namespace).map(ApiErrors::reason);
  }

  private static String lacks(PermissionReview.MissingPermissions missing) {
    return "the operator's credentials lack " + missing.which() + "; see docs/permissions.md";
  }

  /** Returns what was refused for lack of a permission. */
  private Optional<KubernetesClientException> read(String namespace) {
    try {
      client.resources(McpSession.class).inNamespace(namespace).list(one());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private static ListOptions one() {
    return new ListOptionsBuilder().withLimit(1L).build();
  }
}
