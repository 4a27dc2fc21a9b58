package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lets a session be reconciled only once the caches of its namespace are filled. Whoever fills them
 * then reconciles each of its sessions, so nothing is lost.
 */
final class SyncedReconciler implements Reconciler<McpSession> {
  private final SessionReconciler reconciler;
  private final Predicate<String> synced;

  /**
   * @param synced whether the caches of a namespace are filled
   */
  SyncedReconciler(SessionReconciler reconciler, Predicate<String> synced) {
    this.reconciler = reconciler;
    this.synced = synced;
  }

  @Override
  public List<EventSource<?, McpSession>> prepareEventSources(
      EventSourceContext<McpSession> context) {
    return reconciler.prepareEventSources(context);
  }

  @Override
  public UpdateControl<McpSession> reconcile(McpSession session, Context<McpSession> context) {
    return synced.test(session.getMetadata().getNamespace())
        ? reconciler.reconcile(session, context)
        : UpdateControl.noUpdate();
  }

  /** Also for sessions that are being deleted, for which JOSDK does not call the reconciler. */
  void reconcile(String namespace, String name) {
    if (synced.test(namespace)) {
      reconciler.reconcile(namespace, name);
    }
  }
}
