package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendClient;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What belongs to one event loop. Everything here is to be called on it, but {@link #run}. */
final class EventLoop {
  private final Vertx vertx;
  private final Context context;
  private final BackendClient backends;
  private final Ticker ticker;
  private final Pace pace;

  /** Belongs to the context that this is called on. */
  EventLoop(Vertx vertx, Duration connectTimeout, Pace pace) {
    this.vertx = vertx;
    this.pace = pace;
    this.context = vertx.getOrCreateContext();
    this.backends = new BackendClient(vertx, connectTimeout);
    this.ticker = new Ticker(vertx);
  }

  BackendClient backends() {
    return backends;
  }

  Ticker ticker() {
    return ticker;
  }

  Pace pace() {
    return pace;
  }

  /**
   * Goes on with a result on this loop: at once if it is there.
   *
   * @param failed is told of an exception, of the stage or of what comes next
   */
  <T> void then(CompletionStage<T> stage, Consumer<T> next, Consumer<Throwable> failed) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (future.isDone()) {
      resume(future, next, failed);
    } else {
      var unused = future.whenComplete((result, error) -> run(() -> resume(future, next, failed)));
    }
  }

  private static <T> void resume(
      CompletableFuture<T> done, Consumer<T> next, Consumer<Throwable> failed) {
    try {
      next.accept(done.join());
    } catch (RuntimeException e) {
      failed.accept(e);
    }
  }

  /** Runs this on the loop; from any thread. */
  void run(Runnable action) {
    context.runOnContext(ignored -> action.run());
  }

  /** Runs this on the loop once the time is over. */
  void later(Duration time, Runnable action) {
    if (time.isZero()) {
      action.run();
    } else {
      vertx.setTimer(time.toMillis(), id -> action.run());
    }
  }

  void stop() {
    ticker.stop(vertx);
  }
}
