package dev.mcpsession.plan.timing;

import dev.mcpsession.api.McpSessionSpec;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Computes when an unused session is idle. */
public final class IdleDeadline {
  /** Signs of use are recorded at most this often in an idle timeout. */
  private static final int RECORDS = 5;

  private IdleDeadline() {}

  /**
   * How long a sign of use may stay unrecorded: a fifth of the idle timeout. By as much a session
   * may be idle too early after the operator has been restarted.
   */
  public static Duration recordingInterval(McpSessionSpec spec) {
    Duration timeout = spec.idleTimeout();
    Duration whole =
        timeout.isZero()
            ? Duration.ofSeconds(McpSessionSpec.DEFAULT_IDLE_TIMEOUT_SECONDS)
            : timeout;
    return whole.dividedBy(RECORDS);
  }

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
