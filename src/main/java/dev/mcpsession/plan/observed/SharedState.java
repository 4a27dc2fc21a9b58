package dev.mcpsession.plan.observed;

/**
 * State that the session shares with others.
 *
 * @param slot the places for limited replacements
 * @param namespaceGuarded whether the namespace has the PodDisruptionBudget that refuses evictions,
 *     or needs none
 */
public record SharedState(SlotState slot, boolean namespaceGuarded) {
  public boolean slotFree() {
    return slot.free();
  }

  SharedState withoutFreeSlot() {
    return new SharedState(slot.taken(), namespaceGuarded);
  }
}
