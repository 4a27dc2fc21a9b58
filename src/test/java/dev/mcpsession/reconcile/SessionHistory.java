package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** What a watch shows of one session and its children, from before its creation on. */
public final class SessionHistory implements AutoCloseable {
  private final List<Watch> watches;
  private final List<Integer> revisions = new ArrayList<>();
  private final Set<String> podsMade = new LinkedHashSet<>();
  private final Set<String> secretsMade = new LinkedHashSet<>();
  private final Set<String> live = new HashSet<>();
  private int mostLive;

  public SessionHistory(KubernetesClient client, String namespace, String name) {
    watches =
        List.of(
            client
                .resources(McpSession.class)
                .inNamespace(namespace)
                .withName(name)
                .watch(watcher((action, session) -> saw(session.getStatus()))),
            client
                .pods()
                .inNamespace(namespace)
                .withLabel(Names.SESSION_LABEL, name)
                .watch(watcher(this::saw)),
            client
                .secrets()
                .inNamespace(namespace)
                .withLabel(Names.SESSION_LABEL, name)
                .watch(watcher(this::saw)));
  }

  private synchronized void saw(McpSessionStatus status) {
    if (status != null && status.revision() != null) {
      revisions.add(status.revision());
    }
  }

  private synchronized void saw(Watcher.Action action, Pod pod) {
    if (!hasOwner(pod)) {
      return;
    }
    podsMade.add(pod.getMetadata().getName() + " " + pod.getMetadata().getUid());
    if (action == Watcher.Action.DELETED || pod.getMetadata().getDeletionTimestamp() != null) {
      live.remove(pod.getMetadata().getUid());
    } else {
      live.add(pod.getMetadata().getUid());
    }
    mostLive = Math.max(mostLive, live.size());
  }

  private synchronized void saw(Watcher.Action action, Secret secret) {
    if (hasOwner(secret)) {
      secretsMade.add(secret.getMetadata().getName() + " " + secret.getMetadata().getUid());
    }
  }

  private static boolean hasOwner(HasMetadata child) {
    return !child.getMetadata().getOwnerReferences().isEmpty();
  }

  /** status.revision at each change of the session. */
  public synchronized List<Integer> revisions() {
    return List.copyOf(revisions);
  }

  public synchronized Set<String> podsMade() {
    return Set.copyOf(podsMade);
  }

  public synchronized Set<String> secretsMade() {
    return Set.copyOf(secretsMade);
  }

  /** The maximum number of Pods at a time that were not being deleted. */
  public synchronized int mostLive() {
    return mostLive;
  }

  private static <T> Watcher<T> watcher(BiConsumer<Watcher.Action, T> sink) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, T resource) {
        sink.accept(action, resource);
      }

      @Override
      public void onClose(WatcherException cause) {}
    };
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
