package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.reconcile.cache.CacheSync;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** JOSDK, set up for the one reconciler: informers, the queue of events, and threads. */
final class Framework {
  private static final Duration LAST_RECONCILES = Duration.ofSeconds(3);

  /**
   * How long JOSDK waits for one informer. It holds up all others meanwhile, and goes on without it
   * afterwards; what counts is {@link CacheSync}.
   */
  private static final Duration CACHE_SYNC = Duration.ofSeconds(5);

  private final Operator operator;
  private final RegisteredController<McpSession> controller;
  private final CacheSync caches;

  /**
   * Starts nothing yet.
   *
   * @param namespaces empty: all
   */
  Framework(
      KubernetesClient client,
      Set<String> namespaces,
      Reconciler<McpSession> reconciler,
      SessionUpdateFilter updates,
      Metrics metrics,
      ExecutorService reconcileThreads) {
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withMetrics(metrics)
                    .withExecutorService(reconcileThreads)
                    .withReconciliationTerminationTimeout(LAST_RECONCILES)
                    .withCacheSyncTimeout(CACHE_SYNC)
                    .withStopOnInformerErrorDuringStartup(false)
                    .withUseSSAToPatchPrimaryResource(false));
    controller =
        operator.register(
            reconciler,
            overrider -> {
              overrider
                  .withName("mcpsession")
                  .withGenerationAware(false)
                  .withRetry(GenericRetry.every10second10TimesRetry())
                  .withOnUpdateFilter(updates);
              if (namespaces.isEmpty()) {
                overrider.watchingAllNamespaces();
              } else {
                overrider.settingNamespaces(namespaces);
              }
            });
    caches = new CacheSync(controller);
  }

  /** Starts the informers; their caches may not be filled yet. */
  void start() {
    operator.start();
  }

  CacheSync caches() {
    return caches;
  }

  /** Watches only these namespaces from now on; events wait until that is done. */
  void serve(Set<String> namespaces) {
    caches.retain(namespaces);
    controller.changeNamespaces(namespaces);
    caches.retain(namespaces); // a reconcile may have asked meanwhile
  }

  /** Accepts no more work, and waits at most 3 s for running reconciles. */
  void stop() {
    operator.stop();
  }
}
