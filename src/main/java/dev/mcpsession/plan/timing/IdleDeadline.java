package dev.mcpsession.plan.timing;

import dev.mcpsession.api.McpSessionSpec;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When an unused session is idle, and when it is deleted if it is only suspended then.
 *
 * @param at null if the session is never idle
 * @param released whether the annotation released makes it idle, before its timeout would
 * @param deletion never before {@code at}; null if a suspended session is never deleted
 */
public record IdleDeadline(@Nullable Instant at, boolean released, @Nullable Instant deletion) {
  /** Signs of use are recorded at most this often in an idle timeout. */
  private static final int RECORDS = 5;

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
   * The start of the clock plus the idle timeout, or the release if that is earlier; during the
   * first start, not before its startup timeout.
   *
   * @param start of the clock: the later of last use and activeSince
   * @param release that the annotation tells; counts if it is later than the start; null without
   * @param firstStart whether the first start since activeSince is in progress
   */
  static IdleDeadline of(
      McpSessionSpec spec,
      Instant start,
      Instant activeSince,
      @Nullable Instant release,
      boolean firstStart) {
    Instant timeout = spec.idleTimeout().isZero() ? null : start.plus(spec.idleTimeout());
    boolean released =
        release != null && release.isAfter(start) && (timeout == null || release.isBefore(timeout));
    Instant idle = released ? release : timeout;
    Instant granted = firstStart ? activeSince.plus(spec.startupTimeout()) : null;
    Instant at = idle == null || granted == null || granted.isBefore(idle) ? idle : granted;
    Duration kept = spec.deletedAfterIdle();
    Instant deletion = kept == null ? null : start.plus(kept);
    return new IdleDeadline(
        at, released, deletion == null || at == null || deletion.isAfter(at) ? deletion : at);
  }
}
