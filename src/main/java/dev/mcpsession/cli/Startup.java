package dev.mcpsession.cli;

import dev.mcpsession.reconcile.SessionController;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the informers as soon as the cluster lets it. Tries again rather than end the process: a
 * crash loop would say less and, with its growing pauses, be slower.
 */
final class Startup implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Startup.class);

  private final SessionAccess access;
  private final Supplier<SessionController> make;
  private final Consumer<SessionController> started;
  private final Consumer<Throwable> failed;
  private final Thread thread = Thread.ofPlatform().name("startup").daemon().unstarted(this::run);
  private volatile boolean closed;
  private volatile String waitingFor = "the caches are not filled yet";

  /**
   * Does nothing yet.
   *
   * @param make a new controller for each try, since one that failed cannot be started again
   * @param started given the controller whose caches are synced
   * @param failed told of each try that failed
   */
  Startup(
      SessionAccess access,
      Supplier<SessionController> make,
      Consumer<SessionController> started,
      Consumer<Throwable> failed) {
    this.access = access;
    this.make = make;
    this.started = started;
    this.failed = failed;
  }

  void start() {
    thread.start();
  }

  /** For people. */
  String waitingFor() {
    return waitingFor;
  }

  private void run() {
    Patience patience = new Patience();
    while (!closed) {
      SessionController controller = null;
      try {
        access.check();
        controller = make.get();
        controller.start();
        started.accept(controller);
        return;
      } catch (RuntimeException e) {
        if (controller != null) {
          controller.close();
        }
        if (closed) {
          return;
        }
        failed.accept(e);
        waitingFor = Hindrance.of(e);
        log.debug("Not started", e);
        if (!patience.waitAfter(waitingFor)) {
          return;
        }
      }
    }
  }

  /** Gives up. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
