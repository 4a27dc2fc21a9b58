package dev.mcpsession.token.grant;

import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the uses of refresh tokens that must come to their end before the process does. */
final class InFlightRenewals {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int underWay;
  private boolean closed;

  /**
   * Begins one.
   *
   * @throws TokenFailure when the process is about to end
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
   * Lets none begin any more and waits for the last one.
   *
   * @return whether all have ended
   */
  boolean close(Duration patience) {
    lock.lock();
    try {
      closed = true;
      long left = patience.toNanos();
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
