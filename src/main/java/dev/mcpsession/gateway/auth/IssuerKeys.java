package dev.mcpsession.gateway.auth;

import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer: the last ones that it published, while it does not answer as well. Read
 * anew at times, and when a token names a key that is not among them.
 */
final class IssuerKeys {
  /** A withdrawn key is accepted for about this long. */
  static final Duration REFRESH = Duration.ofMinutes(5);

  /** Unknown keys lead to one request in this time, since anybody can name one. */
  static final Duration BETWEEN_UNKNOWN = Duration.ofSeconds(10);

  private static final ExponentialBackoff RETRY =
      new ExponentialBackoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

  private final String issuer;
  private final KeySource source;
  private final Executor background;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private @Nullable IssuerKeySet keys;
  private @Nullable String fault = "its keys were not read yet";
  private @Nullable CompletableFuture<Void> flight;
  private int failures;
  private long due;
  private @Nullable Long unknownSince;

  /**
   * @param background for reading, which blocks
   */
  IssuerKeys(String issuer, KeySource source, Executor background, LongSupplier nanoTime) {
    this.issuer = issuer;
    this.source = source;
    this.background = background;
    this.nanoTime = nanoTime;
    this.due = nanoTime.getAsLong();
  }

  /**
   * The keys, and what is wrong with them.
   *
   * @param keys the last that were read; empty: none ever were
   * @param fault why they are not the present ones; empty: the issuer answered when it was last
   *     asked
   */
  record State(Optional<IssuerKeySet> keys, Optional<String> fault) {
    /** Without keys, none of a token is known. */
    IssuerKeySet.Verdict verify(BearerToken token) {
      return keys.map(known -> known.verify(token)).orElse(IssuerKeySet.Verdict.UNKNOWN_KEY);
    }
  }

  synchronized State state() {
    return new State(Optional.ofNullable(keys), Optional.ofNullable(fault));
  }

  /** Begins to read them if it is time. */
  synchronized void tick() {
    if (flight == null && nanoTime.getAsLong() - due >= 0) {
      begin();
    }
  }

  /**
   * For a token that names an unknown key: waits for a reading under way, or begins one if the last
   * for such a token is long enough ago, else gives what is known.
   */
  synchronized CompletionStage<State> refreshed() {
    long now = nanoTime.getAsLong();
    if (flight == null
        && (unknownSince == null || now - unknownSince >= BETWEEN_UNKNOWN.toNanos())) {
      unknownSince = now;
      begin();
    }
    CompletableFuture<Void> reading = flight;
    return reading == null
        ? CompletableFuture.completedStage(state())
        : reading.thenApply(done -> state());
  }

  private void begin() {
    CompletableFuture<Void> reading = new CompletableFuture<>();
    flight = reading;
    background.execute(
        () -> {
          try {
            read();
          } finally {
            reading.complete(null);
          }
        });
  }

  private void read() {
    try {
      IssuerKeySet read = source.fetch();
      succeeded(read);
    } catch (IssuerFaultException e) {
      failed(e.what());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("the gateway stops");
    } catch (RuntimeException e) {
      log.error("Reading the keys of issuer {} failed", issuer, e);
      failed("reading its keys failed; the log says why");
    }
  }

  private synchronized void succeeded(IssuerKeySet read) {
    if (fault != null) {
      log.info(
          "Issuer {} has {} keys that its tokens can be verified with", issuer, read.keys().size());
    }
    keys = read;
    fault = null;
    failures = 0;
    ended(REFRESH);
  }

  private synchronized void failed(String what) {
    failures++;
    if (!what.equals(fault)) {
      log.warn(
          "Issuer {} is away: {}. {}",
          issuer,
          what,
          keys == null ? "Its tokens are answered with 503" : "Its last keys are used");
    }
    fault = what;
    ended(RETRY.delay(failures));
  }

  private void ended(Duration next) {
    flight = null;
    due = nanoTime.getAsLong() + next.toNanos();
  }
}
