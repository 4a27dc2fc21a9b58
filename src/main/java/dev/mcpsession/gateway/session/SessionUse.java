package dev.mcpsession.gateway.session;

import dev.mcpsession.api.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the use of a session: what was reported, and what its template says of it.
 *
 * @param idleTimeout zero: never idle
 * @param streamsCount whether an open stream with a living client counts as use
 * @param releaseGrace how long after the end of the last stream and request the session is
 *     released; empty: it is not
 * @param suspended whether it was suspended for want of use, or is being deleted
 * @param lastActive null without the annotation
 * @param lastConnected null without the annotation
 * @param released null without the annotation
 * @param annotated whether it has annotations at all
 * @param activeSince the earliest start of its idle clock; null before it has one
 * @param resourceVersion that this was read from
 */
public record SessionUse(
    SessionKey session,
    Duration idleTimeout,
    boolean streamsCount,
    Optional<Duration> releaseGrace,
    boolean suspended,
    @Nullable AnnotatedTime lastActive,
    @Nullable AnnotatedTime lastConnected,
    @Nullable AnnotatedTime released,
    boolean annotated,
    @Nullable Instant activeSince,
    String resourceVersion) {
  /** How far in the future the operator accepts a report, for clocks that differ. */
  private static final Duration TOLERANCE = Duration.ofSeconds(60);

  /** The last use that was reported and counts; null if none does. */
  public @Nullable Instant lastActiveAt(Instant now) {
    return read(lastActive, now);
  }

  /** When a replica last had a stream or request; null if none has said so. */
  public @Nullable Instant lastConnectedAt(Instant now) {
    return read(lastConnected, now);
  }

  /** When the session was released last; null if it never was. */
  public @Nullable Instant releasedAt(Instant now) {
    return read(released, now);
  }

  /** When the idle clock began: at the last use, or later; null before it has begun. */
  public @Nullable Instant idleSince(Instant now) {
    return later(lastActiveAt(now), activeSince);
  }

  /**
   * When the session becomes idle if no more use is reported: the end of its timeout, or its
   * release.
   *
   * @return null if it is never idle, or its clock has not begun
   */
  public @Nullable Instant idleAt(Instant now) {
    Instant start = idleSince(now);
    if (start == null) {
      return null;
    }
    Instant timeout = idleTimeout.isZero() ? null : start.plus(idleTimeout);
    Instant release = read(released, now);
    return release != null
            && release.isAfter(start)
            && (timeout == null || release.isBefore(timeout))
        ? release
        : timeout;
  }

  /** What a use at this instant is reported as: later than a release by a clock that is ahead. */
  public Instant reportable(Instant use, Instant now) {
    Instant release = read(released, now);
    return release == null || use.isAfter(release) ? use : release.plusMillis(1);
  }

  /** Not what is too far in the future. */
  private static @Nullable Instant read(@Nullable AnnotatedTime time, Instant now) {
    Instant at = time == null ? null : time.at();
    return at == null || at.isAfter(now.plus(TOLERANCE)) ? null : at;
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    return a == null ? b : b == null || a.isAfter(b) ? a : b;
  }
}
