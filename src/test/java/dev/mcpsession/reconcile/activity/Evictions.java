package dev.mcpsession.reconcile.activity;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every session that ceases to exist, as a watch shows it. */
final class Evictions implements Watcher<McpSession>, AutoCloseable {
  private final Map<String, Eviction> byUid = new ConcurrentHashMap<>();
  private final Watch watch;
  private volatile WatcherException broken;

  /**
   * One end.
   *
   * @param deadline of the session as it was stored last, with every touch that was accepted
   * @param seen when the watch told: not before it happened
   */
  record Eviction(String session, Instant deadline, Instant seen) {}

  Evictions(Cluster cluster, String namespace) {
    watch = cluster.client().resources(McpSession.class).inNamespace(namespace).watch(this);
  }

  @Override
  public void eventReceived(Action action, McpSession session) {
    if (action == Action.DELETED) {
      Instant now = Instant.now();
      byUid.put(
          session.getMetadata().getUid(),
          new Eviction(session.getMetadata().getName(), SessionUse.deadline(session), now));
    }
  }

  /** By uid, so far. */
  Map<String, Eviction> seen() {
    if (broken != null) {
      throw new IllegalStateException("evictions may have been missed", broken);
    }
    return Map.copyOf(byUid);
  }

  @Override
  public void onClose(WatcherException cause) {
    broken = cause;
  }

  @Override
  public void close() {
    watch.close();
  }
}
