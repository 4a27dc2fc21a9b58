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
 * Knows when the API server last answered anything. Nothing is polled: only who asks {@link #away}
 * while nothing was heard makes a request, so that an idle process that nobody asks is silent.
 *
 * <p>The client has no hook for events on a watch and, without retries, none for connections that
 * fail; hence the request, and {@link #failed} for who sees a failure.
 */
public final class ApiServerContact implements Interceptor {
  /** Not heard for so long: away. A rule of the command line's contract. */
  static final Duration AWAY_AFTER = Duration.ofSeconds(10);

  /**
   * Not heard for so long: the next to ask makes a request, early enough that it rarely has to wait
   * for it.
   */
  static final Duration ASK_AFTER = Duration.ofSeconds(4);

  /** How long an asker waits for the answer; less than the second that a kubelet gives a probe. */
  private static final Duration PATIENCE = Duration.ofMillis(800);

  private final LongSupplier nanoTime;
  private volatile long lastHeard;
  private volatile @Nullable String lastError;
  private volatile Runnable request = () -> {};
  private @Nullable CompletableFuture<Void> asked;

  /** Begins as if something had just been heard. */
  public ApiServerContact(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    lastHeard = nanoTime.getAsLong();
  }

  /**
   * What to do to hear something: a cheap request through the client that this object listens to.
   */
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
      lastError = "HTTP status " + status; // as likely of a proxy in between
    } else {
      lastHeard = nanoTime.getAsLong();
    }
  }

  /** A call did not get through. */
  public void failed(Throwable failure) {
    lastError = ApiErrors.reason(failure);
  }

  /** "API server not heard for 12 s: why"; nothing when it has been heard. Takes up to 0.8 s. */
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

  /** One at a time, however many ask. */
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
      // What it found is in lastHeard and lastError.
    }
  }
}
