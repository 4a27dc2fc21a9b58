package dev.mcpsession.reconcile.template;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Which backends were made from which image, and when their attempts began, by two watches. */
final class Versions implements AutoCloseable {
  private final Map<String, Instant> begun = new HashMap<>();
  private final Map<String, String> images = new TreeMap<>();
  private final Watch sessions;
  private final Watch pods;

  Versions(KubernetesClient client, String namespace) {
    sessions =
        client
            .resources(McpSession.class)
            .inNamespace(namespace)
            .watch(new Each<McpSession>(this::note));
    pods =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel(Names.SESSION_LABEL)
            .watch(new Each<Pod>(this::note));
  }

  private synchronized void note(McpSession session) {
    McpSessionStatus status = session.getStatus();
    if (status != null && status.attempt() != null) {
      begun.putIfAbsent(
          Names.child(session.getMetadata().getName(), status.attempt().revision()),
          status.attempt().startTime());
    }
  }

  private synchronized void note(Pod pod) {
    images.put(pod.getMetadata().getName(), pod.getSpec().getContainers().getFirst().getImage());
  }

  /** The names of all Pods that were made from an image. */
  synchronized List<String> podsOf(String image) {
    return images.keySet().stream().filter(pod -> image.equals(images.get(pod))).toList();
  }

  /** Those of them whose attempts began after that moment. */
  synchronized List<String> podsOf(String image, Instant after) {
    return podsOf(image).stream()
        .filter(pod -> begun.containsKey(pod) && begun.get(pod).isAfter(after))
        .toList();
  }

  @Override
  public void close() {
    sessions.close();
    pods.close();
  }

  private record Each<T>(Consumer<T> what) implements Watcher<T> {
    @Override
    public void eventReceived(Action action, T object) {
      what.accept(object);
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("The watch ended", cause);
    }
  }
}
