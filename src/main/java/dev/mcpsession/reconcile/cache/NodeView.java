package dev.mcpsession.reconcile.cache;

import io.fabric8.kubernetes.api.model.Node;
import org.jspecify.annotations.Nullable;

/** What the caches hold of nodes, and of the budgets that let a drain wait. */
public interface NodeView {
  /** Without its status; null while it is not known. */
  @Nullable Node node(String name);

  /** Whether the namespace has the operator's budget. */
  boolean hasBudget(String namespace);

  /** Nodes are not watched: none is known to leave, and no namespace needs a budget. */
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
