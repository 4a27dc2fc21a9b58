package dev.mcpsession.gateway.activity;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams and requests of one session in this replica. Not thread-safe.
 *
 * <p>All replicas share one annotation that says when one of them was connected last. Whoever has a
 * stream or request keeps it no older than half of the grace, so that a replica whose last one
 * ended a whole grace ago finds there whether another had one since.
 */
final class Presences {
  /**
   * Within this time a client that is there acknowledges something, and that becomes known: a
   * heartbeat goes out every 15 s.
   */
  private static final Duration ALIVE = Duration.ofSeconds(30);

  /** However short the grace is. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** When each stream showed a sign of life last, by its identity. */
  private final Map<Object, Instant> streams = new HashMap<>();

  private int requests;
  private @Nullable Instant lastSeen;
  private @Nullable Instant unwritten;
  private @Nullable Instant written;
  private @Nullable Instant tryAt;

  /** How often a connection is reported while it lasts. */
  static Duration interval(Duration grace) {
    Duration half = grace.dividedBy(2);
    return half.compareTo(SHORTEST) < 0 ? SHORTEST : half;
  }

  void begin(Object presence, boolean stream, Instant now) {
    if (stream) {
      streams.put(presence, now);
    } else {
      requests++;
    }
    seen(now);
  }

  /** The client of a stream acknowledged what was sent. */
  void acknowledge(Object presence, Instant at) {
    streams.computeIfPresent(presence, (same, before) -> at.isAfter(before) ? at : before);
  }

  void end(Object presence, boolean stream, Instant now) {
    if (stream) {
      streams.remove(presence);
    } else {
      requests--;
    }
    seen(now);
  }

  /** Somebody was here. */
  void seen(Instant now) {
    lastSeen = now;
    unwritten = now;
  }

  boolean isEmpty() {
    return streams.isEmpty() && requests == 0;
  }

  /**
   * The last time at which a stream counts as use: when its client acknowledged something last. A
   * session whose timeout is shorter than it takes to know of that is not idle in between.
   *
   * @param idleTimeout zero: never idle
   * @return null: there is no stream
   */
  @Nullable Instant streamed(Duration idleTimeout, Instant now) {
    Duration lag = idleTimeout.compareTo(ALIVE) < 0 ? ALIVE.minus(idleTimeout) : Duration.ZERO;
    return streams.values().stream()
        .max(Instant::compareTo)
        .map(sign -> sign.plus(lag).isBefore(now) ? sign.plus(lag) : now)
        .orElse(null);
  }

  /** The annotation says this, whoever wrote it: what was seen before need not be written. */
  void known(@Nullable Instant lastConnected) {
    if (lastConnected == null) {
      return;
    }
    if (written == null || lastConnected.isAfter(written)) {
      written = lastConnected;
      tryAt = null;
    }
    if (unwritten != null && !unwritten.isAfter(lastConnected)) {
      unwritten = null;
    }
  }

  /** Is tried again soon: other replicas count the time since the last report that was stored. */
  void failed(Instant now, Duration grace) {
    tryAt = now.plus(UseWindow.retryPause(interval(grace)));
  }

  /** What the annotation is to say when it is written. */
  Instant connected(Instant now) {
    return isEmpty() && unwritten != null ? unwritten : now;
  }

  /** When the annotation is to be written; null: not before somebody is here. */
  @Nullable Instant connectedDue(Duration grace) {
    if (isEmpty() && unwritten == null) {
      return null;
    }
    if (tryAt != null) {
      return tryAt;
    }
    return written == null ? lastSeen : written.plus(interval(grace));
  }

  /** When the session is to be released; null: somebody is here, or nobody has been. */
  @Nullable Instant releaseDue(Duration grace) {
    return isEmpty() && lastSeen != null ? lastSeen.plus(grace) : null;
  }

  /** Whether another replica has said that it had somebody after the last one here had gone. */
  boolean isElsewhere(@Nullable Instant lastConnected) {
    return lastSeen != null && lastConnected != null && lastConnected.isAfter(lastSeen);
  }

  /** Whether nobody is here, and nothing is to be done about the last one. */
  boolean isSettled() {
    return isEmpty() && lastSeen == null;
  }

  /** Nothing more is to be done about the last one here. */
  void settled() {
    if (isEmpty()) {
      lastSeen = null;
      unwritten = null;
      tryAt = null;
    }
  }
}
