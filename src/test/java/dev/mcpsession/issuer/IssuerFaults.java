package dev.mcpsession.issuer;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Which call goes wrong, and how. */
final class IssuerFaults {
  private final Queue<IssuerFault> next = new ArrayDeque<>();
  private @Nullable IssuerFault always;
  private CountDownLatch healed = new CountDownLatch(1);
  private int silent;

  synchronized void next(int calls, IssuerFault fault) {
    for (int i = 0; i < calls; i++) {
      next.add(fault);
    }
  }

  synchronized void always(IssuerFault fault) {
    always = fault;
  }

  synchronized void heal() {
    next.clear();
    always = null;
    healed.countDown();
    healed = new CountDownLatch(1);
  }

  /** How many calls meet with silence right now. */
  synchronized int silent() {
    return silent;
  }

  /**
   * What happens to the call that has arrived; null when it goes well. A silence ends before this
   * returns.
   */
  @Nullable IssuerFault take() {
    IssuerFault fault;
    CountDownLatch end;
    synchronized (this) {
      fault = next.isEmpty() ? always : next.remove();
      end = healed;
      silent += fault instanceof IssuerFault.Silence ? 1 : 0;
    }
    if (fault instanceof IssuerFault.Silence) {
      await(end);
    }
    return fault;
  }

  private void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        silent--;
      }
    }
  }
}
