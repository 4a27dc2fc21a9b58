package dev.mcpsession.process;

import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a role as soon as the cluster allows it. Retries rather than end the process: a crash loop
 * would say less and, with its growing backoff, be slower.
 */
public final class Startup implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Startup.class);

  private final Runnable attempt;
  private final Function<Throwable, String> reason;
  private final Consumer<Throwable> failed;
  private final Thread thread = Thread.ofPlatform().name("startup").daemon().unstarted(this::run);
  private final RetryBackoff backoff = new RetryBackoff();
  private volatile boolean closed;
  private volatile String waitingFor = "the caches are not filled yet";

  /**
   * Does nothing yet.
   *
   * @param attempt one try, which must leave nothing behind when it throws
   * @param reason why a try failed, human-readable
   * @param failed called for each try that failed
   */
  public Startup(Runnable attempt, Function<Throwable, String> reason, Consumer<Throwable> failed) {
    this.attempt = attempt;
    this.reason = reason;
    this.failed = failed;
  }

  public void start() {
    thread.start();
  }

  /** What the start waits for, human-readable. */
  public String waitingFor() {
    return waitingFor;
  }

  /** Tries now, if it waits for its next try. */
  public void tryNow() {
    backoff.wake();
  }

  private void run() {
    while (!closed) {
      try {
        attempt.run();
        return;
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        failed.accept(e);
        waitingFor = reason.apply(e);
        log.debug("Not started", e);
        if (!backoff.waitAfter(waitingFor)) {
          return;
        }
      }
    }
  }

  /** Stops trying. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
