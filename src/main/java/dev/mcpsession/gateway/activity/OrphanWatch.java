package dev.mcpsession.gateway.activity;

import dev.mcpsession.gateway.session.SessionUse;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Watches a session whose users are connected to other replicas: one that dies releases nothing. As
 * long as somebody is connected there, the annotation that says so is no older than half of the
 * grace. Whoever sees it older than the grace and that half releases the session. Not thread-safe.
 */
final class OrphanWatch {
  /** However short the grace is: the other replica may have to write its report again. */
  private static final Duration LEAST = Duration.ofSeconds(30);

  private final double spread;
  private @Nullable Instant since;

  /**
   * @param spread from 0 to 1, another one in each replica: so one of them releases the session,
   *     and the others see that
   */
  OrphanWatch(double spread) {
    this.spread = spread;
  }

  /** Whether somebody has been connected, and the session was not released since. */
  static boolean isConnected(SessionUse seen, Instant now) {
    Instant connected = seen.lastConnectedAt(now);
    Instant released = seen.releasedAt(now);
    return !seen.suspended()
        && seen.releaseGrace().isPresent()
        && connected != null
        && (released == null || released.isBefore(connected));
  }

  /** When the session is to be released if nothing is heard of it; null: it is not. */
  @Nullable Instant due(SessionUse seen, Duration grace, Instant now) {
    Instant connected = seen.lastConnectedAt(now);
    if (connected == null || !isConnected(seen, now)) {
      since = null;
      return null;
    }
    if (since == null) {
      since = now; // its users have the grace to come back to this replica
    }
    Instant last = later(later(connected, seen.lastActiveAt(now)), since);
    Duration half = Presences.interval(grace);
    return last.plus(grace)
        .plus(half.compareTo(LEAST) < 0 ? LEAST : half)
        .plusMillis((long) (half.toMillis() * spread));
  }

  /** What others have reported may not have been stored: it begins anew. */
  void failed(Instant now) {
    since = now;
  }

  private static Instant later(Instant a, @Nullable Instant b) {
    return b == null || a.isAfter(b) ? a : b;
  }
}
