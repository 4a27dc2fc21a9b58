package dev.mcpsession.plan.observed;

import org.jspecify.annotations.Nullable;

/**
 * The places for limited replacements, as one session finds them.
 *
 * @param free whether a limited replacement may begin now; true for a session that holds a place
 * @param needed whether the place that an unscheduled candidate occupies is needed for a session
 *     that waits
 * @param holders who holds the places; null while one is free, or if that is not known
 */
public record SlotState(boolean free, boolean needed, @Nullable SlotHolders holders) {
  /** A place is free, and nobody needs another. */
  public static final SlotState FREE = new SlotState(true, false, null);

  SlotState taken() {
    return new SlotState(false, needed, holders);
  }
}
