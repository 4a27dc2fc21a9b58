package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.Names;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.resources.DisruptionBudget;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which namespaces have the budget that refuses evictions: what the cache shows, and what this
 * process has done about it of late. Without, thousands of sessions would each try to make it.
 */
public final class NamespaceBudgets {
  private static final Logger log = LoggerFactory.getLogger(NamespaceBudgets.class);

  /** How long a budget that was made is believed in although no cache shows it. */
  private static final Duration BELIEVED = Duration.ofSeconds(5);

  /** Until the next try where one was refused: a guard is no reason to keep a session waiting. */
  private static final Duration REFUSED = Duration.ofMinutes(5);

  private final NodeView view;
  private final Map<String, Instant> until = new ConcurrentHashMap<>();

  public NamespaceBudgets(NodeView view) {
    this.view = view;
  }

  /** Whether nothing has to be done about a namespace now. */
  public boolean isGuarded(String namespace, Instant now) {
    if (view.hasBudget(namespace)) {
      until.remove(namespace);
      return true;
    }
    Instant believed = until.get(namespace);
    return believed != null && now.isBefore(believed);
  }

  /**
   * Makes the namespace's budget, or leaves that to the session that is at it. Whatever the answer,
   * the session goes on: without the guard a drain just does not wait.
   *
   * @return when this session has to look whether the budget is really there; null if it need not
   */
  public @Nullable Instant make(ClusterApi api, String namespace, Instant now) {
    Instant believed = claim(namespace, now);
    if (believed == null) {
      return null;
    }
    try {
      api.createBudget(DisruptionBudget.desired(namespace));
      return believed;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) && isOurs(api.readBudget(namespace, Names.BUDGET))) {
        return believed;
      }
      log.warn(
          "namespace {}: PodDisruptionBudget {} cannot be made, so a drain evicts its sessions"
              + " without waiting for their replacements ({})",
          namespace,
          Names.BUDGET,
          ApiErrors.words(e));
      if (ApiErrors.isRefusal(e)) {
        refused(namespace, now);
        return null;
      }
      return believed;
    }
  }

  private static boolean isOurs(@Nullable PodDisruptionBudget budget) {
    return budget != null && DisruptionBudget.isOurs(budget);
  }

  /**
   * Leaves it to one session to make the namespace's budget.
   *
   * @return when that one has to look whether the budget is really there; null for all others
   */
  synchronized @Nullable Instant claim(String namespace, Instant now) {
    if (isGuarded(namespace, now)) {
      return null;
    }
    Instant end = now.plus(BELIEVED);
    until.put(namespace, end);
    return end;
  }

  /** It must not be made. */
  void refused(String namespace, Instant now) {
    until.put(namespace, now.plus(REFUSED));
  }
}
