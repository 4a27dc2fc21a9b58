package dev.mcpsession.plan.timing;

import dev.mcpsession.api.McpSessionSpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Computes when an unused session is idle. */
public final class IdleDeadline {
  private IdleDeadline() {}

  /**
   * The later of last use and activeSince, plus the idle timeout; during the first start, not
   * before its startup timeout.
   *
   * @param lastUse null if no use is known
   * @param firstStart whether the first start since activeSince is in progress
   * @return null if the session is never idle
   */
  public static @Nullable Instant deadline(
      McpSessionSpec spec, @Nullable Instant lastUse, Instant activeSince, boolean firstStart) {
    if (spec.idleTimeout().isZero()) {
      return null;
    }
    Instant clock = lastUse == null || lastUse.isBefore(activeSince) ? activeSince : lastUse;
    Instant deadline = clock.plus(spec.idleTimeout());
    Instant started = activeSince.plus(spec.startupTimeout());
    return firstStart && started.isAfter(deadline) ? started : deadline;
  }
}
