package dev.mcpsession.cli;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.reconcile.SessionController;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of this process, as soon as one has started; until then there is nothing to do.
 */
final class CurrentController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CurrentController.class);

  /** Calls of the controller that may take long, one after the other. */
  private final ExecutorService calls =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("controller-calls").factory());

  private volatile @Nullable SessionController controller;

  /** It has started. */
  void is(SessionController started) {
    controller = started;
  }

  /** Returns at once. */
  void call(Consumer<SessionController> what) {
    try {
      calls.execute(
          () -> {
            SessionController current = controller;
            if (current != null) {
              what.accept(current);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("Not done, since the process ends", e);
    }
  }

  boolean isSynced() {
    SessionController current = controller;
    return current != null && current.isSynced();
  }

  Collection<McpSession> sessions() {
    SessionController current = controller;
    return current == null ? List.of() : current.sessions();
  }

  boolean isRenewing() {
    SessionController current = controller;
    return current != null && current.isRenewing();
  }

  void endRenewals() {
    SessionController current = controller;
    if (current != null) {
      current.endRenewals();
    }
  }

  @Override
  public void close() {
    calls.shutdownNow();
    SessionController current = controller;
    if (current != null) {
      current.close();
    }
  }
}
