package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.source.informer.ManagedInformerEventSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which informers have read what there was when they began. A plan made before that would take what
 * was not read yet for what does not exist.
 */
public final class CacheSync {
  private static final Duration POLL = Duration.ofMillis(20);

  private final RegisteredController<McpSession> controller;

  /** Those that were found synced, since an informer stays so. */
  private final Set<String> synced = ConcurrentHashMap.newKeySet();

  public CacheSync(RegisteredController<McpSession> controller) {
    this.controller = controller;
  }

  /** Whether every informer has read the objects of this namespace, and those of none. */
  public boolean isSynced(String namespace) {
    if (synced.contains(namespace)) {
      return true;
    }
    if (!sources().stream().allMatch(source -> source.isSynced(namespace))) {
      return false;
    }
    synced.add(namespace);
    return true;
  }

  /**
   * Returns when all are.
   *
   * @throws IllegalStateException if interrupted
   */
  public void await() {
    try {
      while (!missing().isEmpty()) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the caches were filled", e);
    }
  }

  /** The kinds that were not read yet, each with its namespace if there are several. */
  public List<String> missing() {
    Set<String> missing = new TreeSet<>();
    for (Source source : sources()) {
      if (!source.isStarted()) {
        missing.add(source.kind());
        continue;
      }
      source
          .informers()
          .forEach(
              (namespace, informer) -> {
                if (!informer.hasSynced()) {
                  missing.add(
                      namespace.equals(Constants.WATCH_ALL_NAMESPACES)
                          ? source.kind()
                          : source.kind() + " of namespace " + namespace);
                }
              });
    }
    return List.copyOf(missing);
  }

  /** Only these are watched from now on. */
  public void retain(Set<String> namespaces) {
    synced.retainAll(namespaces);
  }

  private List<Source> sources() {
    return controller
        .getControllerHealthInfo()
        .informerEventSourceHealthIndicators()
        .values()
        .stream()
        .map(source -> new Source((ManagedInformerEventSource<?, ?, ?>) source))
        .toList();
  }

  /** The informers of one kind, one for each namespace or one for all. */
  private record Source(ManagedInformerEventSource<?, ?, ?> events) {

    /** Until it is, it has no informers; JOSDK waits some seconds for their caches before that. */
    boolean isStarted() {
      return events.isRunning();
    }

    Map<String, InformerHealthIndicator> informers() {
      return events.informerHealthIndicators();
    }

    boolean isSynced(String namespace) {
      if (!isStarted()) {
        return false;
      }
      InformerHealthIndicator all = informers().get(Constants.WATCH_ALL_NAMESPACES);
      InformerHealthIndicator informer = all == null ? informers().get(namespace) : all;
      return informer != null && informer.hasSynced();
    }

    String kind() {
      return HasMetadata.getPlural(events.resourceType());
    }
  }
}
