package dev.mcpsession.process;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows when the API server last answered. It does not poll: only a call of {@link #away} after a
 * silence sends a request, so that an idle process that nobody probes sends nothing.
 *
 * <p>The client has no hook for events on a watch and, without retries, none for failed
 * connections; hence the request, and {@link #failed} for callers that see a failure.
 */
public final class ApiServerContact implements Interceptor {
  /** Silence after which the API server counts as away; users rely on this number. */
  static final Duration AWAY_AFTER = Duration.ofSeconds(10);

  /**
   * Silence after which the next call of {@link #away} sends a request, early enough that calls
   * rarely have to wait for the answer.
   */
  static final Duration ASK_AFTER = Duration.ofSeconds(4);

  /**
   * How long {@link #away} waits for the answer; less than the kubelet's timeout of a probe, one
   * second.
   */
  private static final Duration PATIENCE = Duration.ofMillis(800);

  private final LongSupplier nanoTime;
  private volatile long lastHeard;
  private volatile @Nullable String lastError;
  private volatile Runnable request = () -> {};
  private @Nullable CompletableFuture<Void> asked;

  /** Starts as if the API server had just answered. */
  public ApiServerContact(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    lastHeard = nanoTime.getAsLong();
  }

  /** Sets the request to send: a cheap one, through the client that this object intercepts. */
  public void askBy(Runnable request) {
    this.request = request;
  }

  @Override
  public void after(
      HttpRequest sent,
      HttpResponse<?> response,
      AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
    answered(response.code());
  }

  void answered(int status) {
    if (status >= 500) {
      lastError = "HTTP status " + status; // may come from a proxy in between
    } else {
      lastHeard = nanoTime.getAsLong();
    }
  }

  /** A call did not reach the API server. */
  public void failed(Throwable failure) {
    lastError = ApiErrors.reason(failure);
  }

  /** "API server not heard for 12 s: why"; empty if it has been heard. Takes up to 0.8 s. */
  public Optional<String> away() {
    Duration silence = silence();
    if (silence.compareTo(ASK_AFTER) >= 0) {
      CompletableFuture<Void> answer = ask();
      if (silence.compareTo(AWAY_AFTER) >= 0) {
        await(answer);
        silence = silence();
      }
    }
    if (silence.compareTo(AWAY_AFTER) < 0) {
      return Optional.empty();
    }
    String error = lastError;
    return Optional.of(
        "API server not heard for "
            + silence.toSeconds()
            + " s: "
            + (error == null ? "no answer" : error));
  }

  private Duration silence() {
    return Duration.ofNanos(nanoTime.getAsLong() - lastHeard);
  }

  /** One request at a time, however many callers. */
  private synchronized CompletableFuture<Void> ask() {
    CompletableFuture<Void> running = asked;
    if (running == null || running.isDone()) {
      running =
          CompletableFuture.runAsync(request, Thread::startVirtualThread)
              .whenComplete(
                  (nothing, failure) -> {
                    if (failure != null) {
                      failed(failure);
                    }
                  });
      asked = running;
    }
    return running;
  }

  private static void await(CompletableFuture<Void> answer) {
    try {
      answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The result is in lastHeard and lastError.
    }
  }
}
