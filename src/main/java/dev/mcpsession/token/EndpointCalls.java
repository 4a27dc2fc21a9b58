package dev.mcpsession.token;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls for tokens: a limited number at a time, none for a session that is gone, and to
 * an endpoint that is failing only the one that probes it.
 */
public final class EndpointCalls {
  /** The API server, as an endpoint. */
  public static final String KUBERNETES = "kubernetes";

  private final CallLimits limits;
  private final Outages outages;

  /**
   * With alarms in the background, for a process that runs.
   *
   * @param all how many calls run at a time, in total
   * @param each how many calls run at a time to one issuer
   * @param nanoTime monotonic, in nanoseconds
   */
  public static EndpointCalls limitedTo(int all, int each, LongSupplier nanoTime) {
    Executor threads = task -> Thread.ofVirtual().name("probe").start(task);
    Outages.Alarms alarms =
        (delay, alarm) ->
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, threads)
                .execute(alarm);
    return new EndpointCalls(
        new CallLimits(all, each),
        new Outages(alarms, nanoTime, () -> ThreadLocalRandom.current().nextDouble()));
  }

  public EndpointCalls(CallLimits limits, Outages outages) {
    this.limits = limits;
    this.outages = outages;
  }

  /**
   * Waits for its turn, then calls.
   *
   * @param endpoint its URL, without regard to the query, or {@link #KUBERNETES}
   * @param wanted asked when it is the call's turn; if it returns false, the call is not made
   * @param call returns null if it turned out that nothing had to be sent
   * @throws TokenFailure by the call; UNAVAILABLE if the endpoint is failing, and FAILED if the
   *     call was not wanted any more
   */
  public <T extends @Nullable Object> T call(
      String endpoint, BooleanSupplier wanted, CallLimits.LimitedCall<T> call)
      throws TokenFailure, InterruptedException {
    String name = name(endpoint);
    outages.check(name);
    return limits.call(
        endpoint,
        () -> {
          if (!wanted.getAsBoolean()) {
            throw new TokenFailure(TokenFailure.Kind.FAILED, "nobody waits for the token any more");
          }
          return outages.call(name, call);
        });
  }

  /**
   * Checks that the endpoint is not failing, before anything else is done for a call.
   *
   * @throws TokenFailure UNAVAILABLE if it is failing and no probe is due
   */
  public void check(String endpoint) throws TokenFailure {
    outages.check(name(endpoint));
  }

  /** A request to the API server, which the client limits in time. */
  @FunctionalInterface
  public interface ApiRequest<T> {
    @Nullable T run() throws TokenFailure;
  }

  /**
   * Makes a request to the API server. The number of requests is not limited.
   *
   * @throws TokenFailure by the request; UNAVAILABLE if the API server is failing
   */
  public <T> @Nullable T request(ApiRequest<T> request) throws TokenFailure {
    try {
      return outages.call(KUBERNETES, () -> Optional.ofNullable(request.run())).orElse(null);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a request to the API server was interrupted", e);
    }
  }

  /**
   * Makes a call whose outcome says nothing about the token endpoint, within the limits.
   *
   * @param url that is called
   */
  public <T extends @Nullable Object> T limited(String url, CallLimits.LimitedCall<T> call)
      throws TokenFailure, InterruptedException {
    return limits.call(url, call);
  }

  /** The URL without its query: what stands before it is one server's. */
  private static String name(String endpoint) {
    int query = endpoint.indexOf('?');
    String path = query < 0 ? endpoint : endpoint.substring(0, query);
    String authority = CallLimits.authority(path);
    if (authority.equals(path)) {
      return path;
    }
    int slash = path.indexOf('/', path.indexOf("://") + 3);
    return slash < 0 ? authority : authority + path.substring(slash);
  }
}
