package dev.mcpsession.reconcile.memory;

/** Why one session is reconciled again before anything is due. Guarded by its own monitor. */
public final class ReconcileFaults {
  private int inARow;
  private boolean stale;

  /** One more fault in a row; 1 for the first. */
  public synchronized int next() {
    return ++inARow;
  }

  /** A plan was carried out. */
  public synchronized void none() {
    inARow = 0;
    stale = false;
  }

  /** The last plan was made on a version that the API server no longer has. */
  public synchronized void stale() {
    stale = true;
  }

  public synchronized boolean isStale() {
    return stale;
  }
}
