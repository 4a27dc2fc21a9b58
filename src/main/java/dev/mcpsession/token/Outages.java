package dev.mcpsession.token;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints give no answer, and who waits for them. While an endpoint is failing, one call at
 * a time probes it, and all others are refused. The first answer lets everybody go on at once.
 *
 * <p>Only what an endpoint does to everybody counts: a {@link TokenFailure} of the kind {@link
 * TokenFailure.Kind#UNAVAILABLE}. Guarded by its own monitor; waiting calls go on outside of it.
 */
public final class Outages {
  /** How long a call may take to reach the endpoint before another may probe in its place. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Alarms alarms;
  private final LongSupplier nanoTime;
  private final ProbeDelays delays;
  private final Map<String, Endpoint> endpoints = new HashMap<>();

  /** Runs something later. */
  @FunctionalInterface
  public interface Alarms {
    void after(Duration delay, Runnable alarm);
  }

  /** A call that waits until its endpoint answers. */
  public interface Waiter {
    /** Whether somebody still waits for its result. */
    boolean isWanted();

    /**
     * Tries again; must not block.
     *
     * @param answered whether the endpoint has answered others meanwhile; if not, this is the probe
     */
    void goOn(boolean answered);
  }

  /** Kept while a call runs or the endpoint is failing. */
  private static final class Endpoint {
    final Set<Call> running = new HashSet<>();
    @Nullable Outage outage;
  }

  /** A call that was let through. */
  private static final class Call {
    final boolean probe;
    final long began;

    /** Whether the endpoint answered another call meanwhile. */
    boolean outlived;

    Call(boolean probe, long began) {
      this.probe = probe;
      this.began = began;
    }
  }

  /**
   * @param nanoTime monotonic, in nanoseconds
   * @param random from 0 (inclusive) to 1 (exclusive), for the jitter
   */
  public Outages(Alarms alarms, LongSupplier nanoTime, DoubleSupplier random) {
    this.alarms = alarms;
    this.nanoTime = nanoTime;
    this.delays = new ProbeDelays(random);
  }

  /**
   * Checks that a call to an endpoint may be made now.
   *
   * @throws TokenFailure UNAVAILABLE if the endpoint is failing and no probe is due
   */
  synchronized void check(String endpoint) throws TokenFailure {
    Outage outage = outage(endpoint);
    if (outage != null && !outage.isProbeDue()) {
      throw refused(endpoint, outage);
    }
  }

  /**
   * Makes a call, unless the endpoint is failing.
   *
   * @param call returns null if it turned out that nothing had to be sent
   * @throws TokenFailure by the call, or UNAVAILABLE without one; a failure of the endpoint {@link
   *     TokenFailure#outage names it}
   */
  <T extends @Nullable Object> T call(String endpoint, CallLimits.LimitedCall<T> call)
      throws TokenFailure, InterruptedException {
    Call running = begin(endpoint);
    T result = null;
    TokenFailure failure = null;
    try {
      result = call.run();
      return result;
    } catch (TokenFailure e) {
      if (e.kind() == TokenFailure.Kind.UNAVAILABLE && e.outage() == null) {
        failure = e.of(new TokenFailure.Outage(this, endpoint, true));
        throw failure;
      }
      throw e;
    } finally {
      end(endpoint, running, result != null, failure);
    }
  }

  private synchronized Call begin(String endpoint) throws TokenFailure {
    Endpoint state = endpoints.computeIfAbsent(endpoint, name -> new Endpoint());
    Outage outage = state.outage;
    if (outage != null) {
      if (!outage.isProbeDue()) {
        throw refused(endpoint, outage);
      }
      outage.probeBegins();
    }
    Call call = new Call(outage != null, nanoTime.getAsLong());
    state.running.add(call);
    return call;
  }

  private void end(String endpoint, Call call, boolean answered, @Nullable TokenFailure failure) {
    List<Waiter> released = List.of();
    synchronized (this) {
      Endpoint state = endpoints.get(endpoint);
      if (state == null) {
        return;
      }
      state.running.remove(call);
      if (answered) {
        state.running.forEach(other -> other.outlived = true);
        released = recover(state);
      } else if (failure != null) {
        failed(endpoint, state, call, failure);
      } else if (call.probe && state.outage != null) {
        // It did not get as far as the endpoint: another call finds out.
        alarm(endpoint, state.outage, Duration.ZERO);
      }
      forgetUnused(endpoint, state);
    }
    released.forEach(waiter -> waiter.goOn(true));
  }

  private static List<Waiter> recover(Endpoint state) {
    Outage over = state.outage;
    if (over == null) {
      return List.of();
    }
    state.outage = null;
    return over.waiters();
  }

  private void failed(String endpoint, Endpoint state, Call call, TokenFailure failure) {
    if (call.outlived || (state.outage != null && !call.probe)) {
      return; // It began before what is known by now.
    }
    Outage outage = state.outage == null ? new Outage() : state.outage;
    state.outage = outage;
    int failures = outage.failed(failure.getMessage());
    Duration took = Duration.ofNanos(nanoTime.getAsLong() - call.began);
    alarm(endpoint, outage, delays.after(failures, took, failure.retryAfter()));
  }

  private void alarm(String endpoint, Outage outage, Duration delay) {
    int number = outage.nextAlarm();
    alarms.after(delay, () -> probe(endpoint, outage, number));
  }

  /** Lets one of those that wait probe; if it does not get so far, another a second later. */
  private void probe(String endpoint, Outage outage, int alarm) {
    Waiter next;
    synchronized (this) {
      Endpoint state = endpoints.get(endpoint);
      if (state == null || state.outage != outage || !outage.isCurrent(alarm)) {
        return;
      }
      outage.probeIsDue();
      next = outage.nextWaiter();
      if (next == null) {
        // Nobody needs the endpoint. Whoever will finds out.
        state.outage = null;
        forgetUnused(endpoint, state);
        return;
      }
      alarm(endpoint, outage, PATIENCE);
    }
    next.goOn(false);
  }

  private void forgetUnused(String endpoint, Endpoint state) {
    if (state.outage == null && state.running.isEmpty()) {
      endpoints.remove(endpoint);
    }
  }

  /**
   * Waits until the endpoint answers or this call is the one to probe it. If the endpoint is not
   * failing any more, goes on at once.
   *
   * @param outage of the failure after which it waits
   */
  void await(TokenFailure.Outage outage, Waiter waiter) {
    synchronized (this) {
      Outage current = outage(outage.endpoint());
      if (current != null) {
        current.await(waiter, outage.called());
        return;
      }
    }
    waiter.goOn(true);
  }

  /** The endpoints that are failing now. */
  public synchronized Set<String> failing() {
    Set<String> failing = new HashSet<>();
    endpoints.forEach(
        (endpoint, state) -> {
          if (state.outage != null) {
            failing.add(endpoint);
          }
        });
    return failing;
  }

  private @Nullable Outage outage(String endpoint) {
    Endpoint state = endpoints.get(endpoint);
    return state == null ? null : state.outage;
  }

  private TokenFailure refused(String endpoint, Outage outage) {
    return new TokenFailure(TokenFailure.Kind.UNAVAILABLE, outage.why())
        .of(new TokenFailure.Outage(this, endpoint, false));
  }
}
