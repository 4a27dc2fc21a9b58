package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.Names;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.resources.DisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which namespaces have the PodDisruptionBudget that rejects evictions: what the cache shows, and
 * what this process did recently. Without that memory, thousands of sessions would each try to
 * create it.
 */
public final class NamespaceBudgets {
  private static final Logger log = LoggerFactory.getLogger(NamespaceBudgets.class);

  /** How long a created budget counts as present although no cache shows it. */
  private static final Duration BELIEVED = Duration.ofSeconds(5);

  /** Delay before the next try after a rejection; sessions do not wait for their budget. */
  private static final Duration REFUSED = Duration.ofMinutes(5);

  private final NodeView view;
  private final Map<String, Instant> until = new ConcurrentHashMap<>();

  public NamespaceBudgets(NodeView view) {
    this.view = view;
  }

  /** Whether the namespace needs no action now. */
  public boolean isGuarded(String namespace, Instant now) {
    if (view.hasBudget(namespace)) {
      until.remove(namespace);
      return true;
    }
    Instant believed = until.get(namespace);
    return believed != null && now.isBefore(believed);
  }

  /**
   * Creates the namespace's budget, unless another session is doing so. The session goes on
   * whatever the response: without the budget a drain merely does not wait.
   *
   * @return when this session has to check that the budget exists; null if it need not
   */
  public @Nullable Instant make(ClusterApi api, String namespace, InstantSource clock) {
    Instant believed = claim(namespace, clock.instant());
    if (believed == null) {
      return null;
    }
    try {
      api.createBudget(DisruptionBudget.desired(namespace));
      return believed;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) && !isForeign(api.readBudget(namespace, Names.BUDGET))) {
        return believed;
      }
      if (ApiErrors.isNamespaceGoing(e)) {
        return lookAgain(namespace, clock.instant().plus(REFUSED));
      }
      log.warn(
          "namespace {}: PodDisruptionBudget {} cannot be made, so a drain evicts its sessions"
              + " without waiting for their replacements ({})",
          namespace,
          Names.BUDGET,
          ApiErrors.words(e));
      // Counted from the answer: a request that took longer would leave nobody to try again.
      return lookAgain(
          namespace, clock.instant().plus(ApiErrors.isRefusal(e) ? REFUSED : BELIEVED));
    }
  }

  /** One that vanished after the conflict is not: the next try creates it. */
  private static boolean isForeign(@Nullable PodDisruptionBudget budget) {
    return budget != null && !DisruptionBudget.isOurs(budget);
  }

  /**
   * Lets one session create the namespace's budget.
   *
   * @return when that session has to check that the budget exists; null for all others
   */
  synchronized @Nullable Instant claim(String namespace, Instant now) {
    if (isGuarded(namespace, now)) {
      return null;
    }
    return lookAgain(namespace, now.plus(BELIEVED));
  }

  /** Until then the namespace needs no action; then the session that tried looks again. */
  private Instant lookAgain(String namespace, Instant then) {
    until.put(namespace, then);
    return then;
  }
}
