package dev.mcpsession.reconcile.node;

import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether each session is Ready elsewhere by the time its Pod on one node is deleted. */
final class MoveWatch implements Watcher<Pod>, AutoCloseable {
  private final String node;
  private final Map<String, Pod> pods = new HashMap<>();
  private final Set<String> left = new HashSet<>();
  private final List<String> early = new ArrayList<>();
  private final Watch watch;

  MoveWatch(KubernetesClient client, String namespace, String node) {
    this.node = node;
    watch = client.pods().inNamespace(namespace).withLabel(Names.SESSION_LABEL).watch(this);
  }

  @Override
  public synchronized void eventReceived(Action action, Pod pod) {
    String name = pod.getMetadata().getName();
    boolean goes = action == Action.DELETED || !Truth.isLive(pod);
    if (goes && node.equals(pod.getSpec().getNodeName()) && left.add(name)) {
      String session = session(pod);
      boolean ready =
          pods.values().stream()
              .anyMatch(
                  other ->
                      session.equals(session(other))
                          && Truth.isLive(other)
                          && Truth.isReady(other)
                          && !node.equals(other.getSpec().getNodeName()));
      if (!ready) {
        early.add(name);
      }
    }
    if (action == Action.DELETED) {
      pods.remove(name);
    } else {
      pods.put(name, pod);
    }
  }

  private static String session(Pod pod) {
    return pod.getMetadata().getLabels().getOrDefault(Names.SESSION_LABEL, "");
  }

  /** How many Pods have left the node. */
  synchronized int left() {
    return left.size();
  }

  /** Pods that were deleted before their successors were Ready elsewhere. */
  synchronized List<String> early() {
    return List.copyOf(early);
  }

  @Override
  public synchronized void onClose(WatcherException cause) {
    early.add("the watch ended: " + cause);
  }

  @Override
  public void close() {
    watch.close();
  }
}
