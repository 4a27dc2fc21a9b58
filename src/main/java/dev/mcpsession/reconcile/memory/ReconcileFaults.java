package dev.mcpsession.reconcile.memory;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why one session is reconciled again before anything is due. Guarded by its own monitor. */
public final class ReconcileFaults {
  private static final Duration QUIET = Duration.ofMinutes(5);

  private int inARow;
  private boolean stale;
  private @Nullable Instant loggedAt;

  /** One more fault in a row; 1 for the first. */
  public synchronized int next() {
    return ++inARow;
  }

  /** Whether the last fault deserves a line: the first in a row, and then one in five minutes. */
  public synchronized boolean isToBeLogged(Instant now) {
    boolean due = loggedAt == null || !now.isBefore(loggedAt.plus(QUIET));
    if (due) {
      loggedAt = now;
    }
    return due;
  }

  /**
   * Begins to count anew: what caused them has ended.
   *
   * @return whether there were any
   */
  public synchronized boolean restart() {
    boolean any = inARow > 0;
    inARow = 0;
    return any;
  }

  /** A plan was carried out. */
  public synchronized void none() {
    inARow = 0;
    stale = false;
    loggedAt = null;
  }

  /** Whether the last plan was made on a version that the API server no longer has. */
  public synchronized void stale(boolean isStale) {
    stale = isStale;
  }

  public synchronized boolean isStale() {
    return stale;
  }
}
