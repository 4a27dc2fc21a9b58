package dev.mcpsession.plan.timing;

import dev.mcpsession.api.McpSessionSpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a session that nobody uses has reached its end. */
public final class IdlePolicy {
  private IdlePolicy() {}

  /**
   * The later of last use and activeSince, plus the idle timeout; not before the first start had
   * its time.
   *
   * @param lastUse null when nothing is known of any
   * @param firstStart whether the first start since activeSince still goes on
   * @return null when the session is never idle
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
