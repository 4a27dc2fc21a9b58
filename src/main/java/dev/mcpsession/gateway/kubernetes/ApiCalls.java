package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Carries out blocking requests on virtual threads, a limited number at a time. Who waits for one
 * is told after some seconds if the API server answers nobody, however long the request itself goes
 * on: an MCP client waits behind it. One that is only busy is waited for.
 */
public final class ApiCalls {
  /** A part of what the client may wait for. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Who has answered another request within this time is busy rather than away. */
  private static final long BUSY = Duration.ofSeconds(2).toNanos();

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** More than the client's own limit, with some time for a place. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Below what the client sends at a time, so that watches and probes are never held back. */
  private static final int AT_A_TIME = 64;

  private final Executor executor;
  private volatile long lastAnswer = System.nanoTime();

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
   * @return its result; exceptionally what it threw, or a {@link TimeoutException} after 3 s if the
   *     API server has not answered any other call either
   */
  public <T> CompletableFuture<T> call(Supplier<T> request) {
    CompletableFuture<T> answer =
        CompletableFuture.supplyAsync(() -> answered(request), executor)
            .orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    watch(answer, PATIENCE);
    return answer;
  }

  private <T> T answered(Supplier<T> request) {
    try {
      T result = request.get();
      lastAnswer = System.nanoTime();
      return result;
    } catch (KubernetesClientException e) {
      if (ApiErrors.refusal(e) != null) {
        lastAnswer = System.nanoTime();
      }
      throw e;
    }
  }

  private void watch(CompletableFuture<?> answer, Duration patience) {
    CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (answer.isDone()) {
                return;
              }
              if (System.nanoTime() - lastAnswer < BUSY) {
                watch(answer, LOOK_EVERY);
              } else {
                answer.completeExceptionally(new TimeoutException("no answer in time"));
              }
            });
  }
}
