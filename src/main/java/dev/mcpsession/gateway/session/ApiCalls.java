package dev.mcpsession.gateway.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Carries out blocking requests on virtual threads, a limited number at a time. Who waits for one
 * is told after some seconds that there is no answer, however long the request itself goes on: an
 * MCP client waits behind it.
 */
public final class ApiCalls {
  /** A part of what the client may wait for. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Below what the client sends at a time, so that watches and probes are never held back. */
  private static final int AT_A_TIME = 64;

  private final Executor executor;

  private ApiCalls(Executor executor) {
    this.executor = executor;
  }

  /** On virtual threads. */
  public static ApiCalls onVirtualThreads() {
    Semaphore places = new Semaphore(AT_A_TIME);
    Executor threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("gateway-api-", 0).factory());
    return new ApiCalls(
        call ->
            threads.execute(
                () -> {
                  places.acquireUninterruptibly();
                  try {
                    call.run();
                  } finally {
                    places.release();
                  }
                }));
  }

  /** On this executor. */
  public static ApiCalls on(Executor executor) {
    return new ApiCalls(executor);
  }

  /**
   * Carries one out.
   *
   * @return its result; exceptionally what it threw, or a {@link
   *     java.util.concurrent.TimeoutException} after 3 s
   */
  public <T> CompletableFuture<T> call(Supplier<T> request) {
    return CompletableFuture.supplyAsync(request, executor)
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
