package dev.mcpsession.rbac;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;

/**
 * Checks the permissions, and that sessions can be read, before the informers start: their own
 * errors name neither what is missing nor the remedy.
 */
public record SessionAccess(
    KubernetesClient client, Set<String> namespaces, PermissionReview permissions) {

  /**
   * Throws what the request for sessions throws.
   *
   * @throws PermissionReview.MissingPermissions if a permission is missing, before that request
   */
  public void check() {
    permissions.check();
    ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
    var sessions = client.resources(McpSession.class);
    if (namespaces.isEmpty()) {
      sessions.inAnyNamespace().list(one);
    }
    for (String namespace : namespaces) {
      sessions.inNamespace(namespace).list(one);
    }
  }
}
