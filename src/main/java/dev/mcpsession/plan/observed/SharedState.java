package dev.mcpsession.plan.observed;

/**
 * State that the session shares with others.
 *
 * @param slotFree whether a limited replacement may begin now
 * @param namespaceGuarded whether the namespace has the PodDisruptionBudget that refuses evictions,
 *     or needs none
 */
public record SharedState(boolean slotFree, boolean namespaceGuarded) {
  SharedState withoutFreeSlot() {
    return new SharedState(false, namespaceGuarded);
  }
}
