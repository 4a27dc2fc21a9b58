package dev.mcpsession.plan.assess;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Combines instants at which something falls due. */
final class WakeUp {
  private WakeUp() {}

  /** The earlier one; null means never. */
  static @Nullable Instant earliest(@Nullable Instant a, @Nullable Instant b) {
    return a == null || (b != null && b.isBefore(a)) ? b : a;
  }
}
