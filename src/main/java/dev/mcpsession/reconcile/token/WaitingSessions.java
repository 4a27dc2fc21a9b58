package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.memory.SessionEntries;
import java.util.function.Consumer;

/**
 * Requeues sessions that wait for a token: the one whose call has ended, and those whose own call
 * failed when the grant that they share gets a new token. That needs no watch on Secrets.
 */
public final class WaitingSessions implements TokenCalls.Listener {
  private final ClusterView view;
  private final SessionEntries entries;
  private final Consumer<SessionKey> requeue;

  public WaitingSessions(ClusterView view, SessionEntries entries, Consumer<SessionKey> requeue) {
    this.view = view;
    this.entries = entries;
    this.requeue = requeue;
  }

  @Override
  public void answered(SessionKey session) {
    requeue.accept(session);
  }

  @Override
  public void renewed(String namespace, String grantSecretName) {
    view.readers(namespace, grantSecretName).stream()
        .map(SessionKey::of)
        .filter(session -> entries.of(session).tokenCall().refilled())
        .forEach(requeue);
  }
}
