package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.observed.ApiRejection;

/**
 * What the API server said no to when something of one session was to be made, and how often in a
 * row. Guarded by its own monitor.
 */
public final class Rejections {
  private ApiRejection last = new ApiRejection.None();
  private int inARow;
  private boolean forLackOfRoom;

  public synchronized ApiRejection last() {
    return last;
  }

  /** Counts one more; 1 for the first in a row. */
  public synchronized int next() {
    return ++inARow;
  }

  public synchronized void rejected(ApiRejection rejection) {
    last = rejection;
    forLackOfRoom = rejection instanceof ApiRejection.Refused refused && !refused.invalid();
  }

  /**
   * Whether the last request was refused although it is valid, perhaps by a quota, and none has
   * succeeded since: also after a plan has accounted for that.
   */
  public synchronized boolean isForLackOfRoom() {
    return forLackOfRoom;
  }

  /** The count in a row stays: the next name may be taken as well. */
  public synchronized void forget() {
    last = new ApiRejection.None();
  }

  public synchronized void succeeded() {
    last = new ApiRejection.None();
    inARow = 0;
    forLackOfRoom = false;
  }
}
