package dev.mcpsession.reconcile.activity;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every session that is deleted, as a watch shows it. */
final class Evictions implements Watcher<McpSession>, AutoCloseable {
  private final Map<String, Eviction> byUid = new ConcurrentHashMap<>();
  private final Watch watch;
  private volatile WatcherException broken;

  /**
   * One eviction.
   *
   * @param deadline the idle deadline of the last stored session, with every accepted touch
   * @param seen when the watch reported it: not before it happened
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

  /** The evictions so far, by uid. */
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
