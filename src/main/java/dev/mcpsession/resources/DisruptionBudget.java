package dev.mcpsession.resources;

import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/**
 * The PodDisruptionBudget of a namespace, which blocks the eviction of Ready backends. One covers
 * all sessions; it has no owner, and selects nothing once they are gone.
 */
public final class DisruptionBudget {
  /**
   * More Pods than a namespace can hold. Percentages and maxUnavailable need the scale subresource
   * of the owners of the Pods, which sessions do not have.
   */
  private static final int NEVER_REACHED = 1_000_000;

  private DisruptionBudget() {}

  /** The budget to create in a namespace. */
  public static PodDisruptionBudget desired(String namespace) {
    return new PodDisruptionBudgetBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(Names.BUDGET)
        .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .endMetadata()
        .withNewSpec()
        .withNewMinAvailable(NEVER_REACHED)
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withNewSelector()
        .addToMatchLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .addNewMatchExpression()
        .withKey(Names.SESSION_LABEL)
        .withOperator("Exists")
        .endMatchExpression()
        .addNewMatchExpression()
        .withKey(Names.EVICTABLE_LABEL)
        .withOperator("DoesNotExist")
        .endMatchExpression()
        .endSelector()
        .endSpec()
        .build();
  }

  /** Whether a budget of this name is the operator's. */
  public static boolean isOurs(PodDisruptionBudget budget) {
    return budget.getMetadata().getLabels() != null
        && Names.MANAGED_BY.equals(budget.getMetadata().getLabels().get(Names.MANAGED_BY_LABEL));
  }
}
