package dev.mcpsession.plan.observed;

/**
 * How that stands which a session shares with others.
 *
 * @param slotFree whether a replacement that is limited may begin now
 * @param namespaceGuarded whether the namespace has the budget that refuses evictions, or needs
 *     none
 */
public record SharedState(boolean slotFree, boolean namespaceGuarded) {
  SharedState withoutFreeSlot() {
    return new SharedState(false, namespaceGuarded);
  }
}
