package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.reconcile.cache.ClusterView;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Triggers reconciles of sessions that are being deleted and have our finalizer. JOSDK does so only
 * for a Cleaner, which would put a finalizer on every session.
 */
final class DeletionTrigger {

  private final ClusterView view;
  private final BiConsumer<String, String> reconcile;
  private final Executor executor;
  private final WriteGate gate;

  /**
   * @param reconcile called with namespace and name
   */
  DeletionTrigger(
      ClusterView view, BiConsumer<String, String> reconcile, Executor executor, WriteGate gate) {
    this.view = view;
    this.reconcile = reconcile;
    this.executor = executor;
    this.gate = gate;
  }

  /** Returns at once; does nothing for any other session. */
  void reconcileIfDeleted(SessionKey session) {
    McpSession cached = view.session(session.namespace(), session.name());
    if (cached == null
        || cached.getMetadata().getDeletionTimestamp() == null
        || !cached.hasRevocationFinalizer()
        || !gate.isOpen()) {
      return;
    }
    executor.execute(() -> reconcile.accept(session.namespace(), session.name()));
  }
}
