package dev.mcpsession.reconcile;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that work on sessions. What is begun after they were closed is dropped: the next
 * process begins it again.
 */
final class WorkerThreads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerThreads.class);
  private static final int CONCURRENT_RECONCILES = 50;

  private final ExecutorService calls = Executors.newThreadPerTaskExecutor(named("call-"));
  private final ExecutorService endings =
      Executors.newFixedThreadPool(CONCURRENT_RECONCILES, named("ending-"));
  private final ExecutorService reconciles =
      Executors.newFixedThreadPool(CONCURRENT_RECONCILES, named("reconcile-"));

  /** For token calls and revocations, which wait for issuers: without a limit. */
  Executor forTokens() {
    return untilClosed(calls);
  }

  /** For reconciles of sessions that are being deleted, which must not wait for all others. */
  Executor forDeletions() {
    return untilClosed(endings);
  }

  /** For reconciles of templates, of which there are few. */
  Executor forTemplates() {
    return untilClosed(calls);
  }

  /** For all other reconciles. JOSDK closes it. */
  ExecutorService forReconciles() {
    return reconciles;
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofVirtual().name(prefix, 0).factory();
  }

  private static Executor untilClosed(ExecutorService threads) {
    return task -> {
      try {
        threads.execute(task);
      } catch (RejectedExecutionException e) {
        log.debug("Not done, since the process ends", e);
      }
    };
  }

  /** Interrupts what runs, and begins nothing more; what JOSDK closes is left to it. */
  @Override
  public void close() {
    endings.shutdownNow();
    calls.shutdownNow();
  }
}
