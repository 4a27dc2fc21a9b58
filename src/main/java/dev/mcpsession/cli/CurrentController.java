package dev.mcpsession.cli;

import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.reconcile.SessionController;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process's controller, once one has started; until then all methods do nothing. */
final class CurrentController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CurrentController.class);

  /** Runs calls of the controller that may take long, one at a time. */
  private final ExecutorService calls =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("controller-calls").factory());

  private volatile @Nullable SessionController controller;
  private volatile @Nullable SessionController starting;

  /**
   * Starts a controller, and makes it the current one. Returns when its caches are filled.
   *
   * @param made is closed if it cannot be started
   * @param then called once it is current
   * @throws RuntimeException by the start, or by {@code then}
   */
  void start(SessionController made, Consumer<SessionController> then) {
    starting = made;
    try {
      made.start();
      controller = made;
      starting = null;
      then.accept(made);
    } catch (RuntimeException e) {
      starting = null;
      made.close();
      throw e;
    }
  }

  /** What the one that starts waits for, human-readable; empty: none starts. */
  Optional<String> waitingFor() {
    SessionController made = starting;
    List<String> missing = made == null ? List.of() : made.missingCaches();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("the caches are not filled yet: " + String.join(", ", missing));
  }

  /** Calls the controller on another thread; returns at once. */
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

  Collection<McpSessionTemplate> templates() {
    SessionController current = controller;
    return current == null ? List.of() : current.templates();
  }

  /** The effective one of a session. */
  McpSessionSpec spec(McpSession session) {
    SessionController current = controller;
    return current == null ? EffectiveSpec.of(session.getSpec()) : current.spec(session);
  }

  /** Number of sessions by what they have of the limited places. */
  Map<String, Integer> replacementPlaces() {
    SessionController current = controller;
    return current == null ? Map.of() : current.replacementPlaces();
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
