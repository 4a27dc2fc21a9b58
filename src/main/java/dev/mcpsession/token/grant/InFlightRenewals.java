package dev.mcpsession.token.grant;

import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the renewals that must be finished before the process ends. */
final class InFlightRenewals {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int underWay;
  private boolean closed;

  /**
   * Counts one more.
   *
   * @throws TokenFailure FAILED if the process is shutting down
   */
  void begin() throws TokenFailure {
    lock.lock();
    try {
      if (closed) {
        throw new TokenFailure(TokenFailure.Kind.FAILED, "the operator ends");
      }
      underWay++;
    } finally {
      lock.unlock();
    }
  }

  /** Counts one less. */
  void end() {
    lock.lock();
    try {
      underWay--;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean areUnderWay() {
    lock.lock();
    try {
      return underWay > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets no more begin, and waits for those under way.
   *
   * @return whether all of them have ended
   */
  boolean close(Duration timeout) {
    lock.lock();
    try {
      closed = true;
      long left = timeout.toNanos();
      while (underWay > 0 && left > 0) {
        left = ended.awaitNanos(left);
      }
      return underWay == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
