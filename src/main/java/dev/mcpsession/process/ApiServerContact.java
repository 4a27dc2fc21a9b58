package dev.mcpsession.process;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.process.RefusedCredentials.Kind;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows when the API server last answered. It does not poll: only a call of {@link #away} after a
 * silence, and {@link ContactWatch} while a request waits for its answer, send one, so that an idle
 * process that nobody probes sends nothing. A refusal of the credentials (401) is no sign of life.
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

  /** A request that waits this long may wait for ever. */
  private static final Duration DOUBTFUL_AFTER = Duration.ofSeconds(1);

  /** Silence that may have delayed others, who are told when it ends. */
  private static final Duration OUTAGE = Duration.ofSeconds(2);

  /** Refusals of the credentials for this long are named; users rely on this number. */
  static final Duration REFUSED_AFTER = Duration.ofSeconds(30);

  private static final String UNAUTHORIZED =
      "it refuses the credentials of this process (401 Unauthorized)";

  private final LongSupplier nanoTime;
  private final RefusedCredentials credentials;

  /** When the first request was sent since the last answer; null: all are answered. */
  private final AtomicReference<@Nullable Long> unanswered = new AtomicReference<>();

  private volatile Consumer<Duration> returned = silence -> {};
  private volatile long lastHeard;
  private volatile @Nullable String lastError;
  private volatile Runnable request = () -> {};
  private @Nullable CompletableFuture<Void> asked;

  /** Starts as if the API server had just answered. */
  public ApiServerContact(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    credentials = new RefusedCredentials(nanoTime);
    lastHeard = nanoTime.getAsLong();
  }

  /** Sets the request to send: a cheap one, through the client that this object intercepts. */
  public void askBy(Runnable request) {
    this.request = request;
  }

  /**
   * Sets what is called when the API server answers after an outage of at least 2 s.
   *
   * @param returned called on a thread of its own, with the length of the silence
   */
  public void whenReturned(Consumer<Duration> returned) {
    this.returned = returned;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    sent();
  }

  @Override
  public void after(
      HttpRequest sent,
      HttpResponse<?> response,
      AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
    String query = sent.uri().getQuery();
    answered(
        Kind.of(sent.uri().getPath(), query != null && query.contains("watch=true")),
        response.code());
  }

  void sent() {
    unanswered.compareAndSet(null, nanoTime.getAsLong());
  }

  void answered(Kind kind, int status) {
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
      credentials.refused(kind);
      lastError = UNAUTHORIZED;
    } else if (status >= 500) {
      lastError = "HTTP status " + status; // may come from a proxy in between
    } else {
      credentials.accepted(kind);
      heard();
    }
  }

  private void heard() {
    long now = nanoTime.getAsLong();
    lastHeard = now;
    Long since = unanswered.getAndSet(null);
    if (since != null && now - since >= OUTAGE.toNanos()) {
      Thread.startVirtualThread(() -> returned.accept(Duration.ofNanos(now - since)));
    }
  }

  /** Asks the API server if a request has waited for a second. */
  void askInDoubt() {
    Long since = unanswered.get();
    if (since != null && nanoTime.getAsLong() - since >= DOUBTFUL_AFTER.toNanos()) {
      var unused = ask();
    }
  }

  /**
   * Whether requests have had no answer for 2 s, so that another one is not worth waiting for.
   * Returns at once; {@link ContactWatch} ends it within a second of the API server's return.
   */
  public boolean isSilent() {
    Long since = unanswered.get();
    return since != null && nanoTime.getAsLong() - since >= OUTAGE.toNanos();
  }

  /** For how long every request of one kind was refused for its credentials; zero: none is. */
  Duration refused() {
    return credentials.duration();
  }

  /** A call did not reach the API server, or was refused by it. */
  public void failed(Throwable failure) {
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    lastError =
        refusal != null && refusal.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED
            ? UNAUTHORIZED
            : ApiErrors.reason(failure);
  }

  /**
   * "API server not heard for 12 s: why", or what to do about refused credentials; empty if it has
   * been heard. Takes up to 0.8 s.
   */
  public Optional<String> away() {
    Duration refused = refused();
    if (refused.compareTo(REFUSED_AFTER) >= 0) {
      return Optional.of(refusal(refused));
    }
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

  static String refusal(Duration since) {
    return "the API server has refused the credentials of this process (401 Unauthorized) for "
        + since.toSeconds()
        + " s. If its ServiceAccount was deleted and made anew, delete the Pod, so that the next"
        + " one gets a valid token; with a kubeconfig, see: kubectl auth whoami";
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
