package dev.mcpsession.gateway.connection;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What this replica notes of one connection. Safe for use by several threads. */
final class ConnectionUse {
  private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);

  private @Nullable Instant last;
  private Instant notBefore = Instant.MIN;
  private boolean writing;

  /** A request came. */
  synchronized void used(Instant at) {
    if (last == null || at.isAfter(last)) {
      last = at;
    }
  }

  /** The later one of the last use that this replica saw and the stored one. */
  synchronized Instant latest(Instant stored) {
    return last == null || stored.isAfter(last) ? stored : last;
  }

  /**
   * Begins to write the last use, if that is due.
   *
   * @param stored the use that the object tells
   * @param every how old that may be
   * @return the use to write; null: none
   */
  synchronized @Nullable Instant beginToWrite(Instant stored, Duration every, Instant now) {
    if (writing
        || last == null
        || now.isBefore(notBefore)
        || Duration.between(stored, last).compareTo(every) < 0) {
      return null;
    }
    writing = true;
    return last;
  }

  /** The write has come to its end. */
  synchronized void written(boolean failed, Instant now) {
    writing = false;
    notBefore = failed ? now.plus(AFTER_A_FAILURE) : Instant.MIN;
  }
}
