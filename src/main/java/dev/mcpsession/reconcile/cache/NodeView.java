package dev.mcpsession.reconcile.cache;

import io.fabric8.kubernetes.api.model.Node;
import org.jspecify.annotations.Nullable;

/** What the caches hold of nodes, and of the budgets that make a drain wait. */
public interface NodeView {
  /** Without its status; null if it is not in the cache. */
  @Nullable Node node(String name);

  /** Whether the namespace has the operator's budget. */
  boolean hasBudget(String namespace);

  /**
   * For an operator that does not watch nodes: none is departing, and no namespace needs a budget.
   */
  static NodeView unwatched() {
    return new NodeView() {
      @Override
      public @Nullable Node node(String name) {
        return null;
      }

      @Override
      public boolean hasBudget(String namespace) {
        return true;
      }
    };
  }
}
