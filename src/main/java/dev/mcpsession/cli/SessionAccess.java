package dev.mcpsession.cli;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;

/**
 * Whether sessions, and with {@code watchNodes} nodes and budgets, can be read, asked before the
 * informers start: their own errors name neither what is missing nor the remedy.
 */
record SessionAccess(KubernetesClient client, Set<String> namespaces, boolean watchNodes) {

  /** Fails as the API server does. */
  void check() {
    ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
    var sessions = client.resources(McpSession.class);
    if (namespaces.isEmpty()) {
      sessions.inAnyNamespace().list(one);
    }
    for (String namespace : namespaces) {
      sessions.inNamespace(namespace).list(one);
    }
    if (watchNodes) {
      client.nodes().list(one);
      checkBudgets(one);
    }
  }

  private void checkBudgets(ListOptions one) {
    var budgets = client.policy().v1().podDisruptionBudget();
    if (namespaces.isEmpty()) {
      budgets.inAnyNamespace().list(one);
    }
    for (String namespace : namespaces) {
      budgets.inNamespace(namespace).list(one);
    }
  }
}
