package dev.mcpsession.reconcile.node;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.HashSet;
import java.util.Set;

/** How many attempts of one cause run at the same time, from the sequence of statuses. */
public final class AttemptWatch implements Watcher<McpSession>, AutoCloseable {
  private final Cause cause;
  private final Set<String> attempting = new HashSet<>();
  private final Watch watch;
  private int most;

  public AttemptWatch(KubernetesClient client, String namespace, Cause cause) {
    this.cause = cause;
    watch = client.resources(McpSession.class).inNamespace(namespace).watch(this);
  }

  @Override
  public synchronized void eventReceived(Action action, McpSession session) {
    McpSessionStatus status = session.getStatus();
    boolean goesOn =
        action != Action.DELETED
            && status != null
            && status.attempt() != null
            && status.attempt().cause() == cause
            && status.nextAttemptTime() == null;
    if (goesOn) {
      attempting.add(session.getMetadata().getName());
    } else {
      attempting.remove(session.getMetadata().getName());
    }
    most = Math.max(most, attempting.size());
  }

  public synchronized int most() {
    return most;
  }

  @Override
  public synchronized void onClose(WatcherException cause) {
    most = Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    watch.close();
  }
}
