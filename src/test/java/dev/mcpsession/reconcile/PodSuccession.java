package dev.mcpsession.reconcile;

import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which Pods of a session were still there when another was made, as a watch shows it. */
final class PodSuccession implements Watcher<Pod>, AutoCloseable {
  private final Set<String> there = new TreeSet<>();
  private final Map<String, List<String>> besides = new TreeMap<>();
  private final Map<String, Long> graces = new HashMap<>();
  private final Watch watch;

  PodSuccession(KubernetesClient client, String namespace, String session) {
    watch =
        client.pods().inNamespace(namespace).withLabel(Names.SESSION_LABEL, session).watch(this);
  }

  @Override
  public synchronized void eventReceived(Action action, Pod pod) {
    String name = pod.getMetadata().getName();
    Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
    if (grace != null && grace > 0) {
      graces.putIfAbsent(name, grace);
    }
    if (action == Action.ADDED) {
      besides.put(name, List.copyOf(there));
      there.add(name);
    } else if (action == Action.DELETED) {
      there.remove(name);
    }
  }

  /** Names of all Pods so far, with the names of those that were there when each was made. */
  synchronized Map<String, List<String>> besides() {
    return Map.copyOf(besides);
  }

  /** How long a Pod that was deleted had to stop, in seconds; null if it was not. */
  synchronized @Nullable Long grace(String pod) {
    return graces.get(pod);
  }

  @Override
  public void onClose(WatcherException cause) {}

  @Override
  public void close() {
    watch.close();
  }
}
