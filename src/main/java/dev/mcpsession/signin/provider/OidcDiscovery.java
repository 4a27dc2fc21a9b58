package dev.mcpsession.signin.provider;

import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches what an identity provider publishes. While it cannot be read, what was read last is used.
 */
final class OidcDiscovery {
  /** A withdrawn key is accepted for about this long. */
  static final Duration REFRESH = Duration.ofMinutes(5);

  /** Unknown keys, and failures while something is known, lead to one reading in this time. */
  static final Duration BETWEEN = Duration.ofSeconds(10);

  /** While nothing is known, a failure is that of all who ask so soon after it. */
  static final Duration SHARED = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(OidcDiscovery.class);

  private final Reading reading;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable OidcMetadata last;

  // Guarded by lock.
  private Instant triedAt = Instant.MIN;
  private @Nullable TokenFailure failure;
  private Instant failedAt = Instant.MIN;

  /** Reads it; blocks. */
  @FunctionalInterface
  interface Reading {
    OidcMetadata read(Instant now) throws TokenFailure, ProviderException, InterruptedException;
  }

  OidcDiscovery(Reading reading, InstantSource clock) {
    this.reading = reading;
    this.clock = clock;
  }

  /** What is cached, or was read just now; does not wait for a reading if there is something. */
  OidcMetadata metadata() throws TokenFailure, ProviderException, InterruptedException {
    OidcMetadata known = last;
    return known != null && lock.isLocked() ? known : notOlderThan(REFRESH);
  }

  /** For a token whose key is not among those that are cached. */
  OidcMetadata newer() throws TokenFailure, ProviderException, InterruptedException {
    return notOlderThan(BETWEEN);
  }

  private OidcMetadata notOlderThan(Duration age)
      throws TokenFailure, ProviderException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Instant now = clock.instant();
      OidcMetadata known = last;
      if (known == null) {
        return first(now);
      }
      if (now.isBefore(known.readAt().plus(age)) || now.isBefore(triedAt.plus(BETWEEN))) {
        return known;
      }
      return next(known, now);
    } finally {
      lock.unlock();
    }
  }

  private OidcMetadata first(Instant now)
      throws TokenFailure, ProviderException, InterruptedException {
    if (failure != null && now.isBefore(failedAt.plus(SHARED))) {
      throw failure.copy();
    }
    try {
      OidcMetadata read = reading.read(now);
      last = read;
      return read;
    } catch (TokenFailure e) {
      failure = e;
      failedAt = clock.instant();
      throw e;
    }
  }

  private OidcMetadata next(OidcMetadata known, Instant now)
      throws ProviderException, InterruptedException {
    triedAt = now;
    try {
      OidcMetadata read = reading.read(now);
      last = read;
      return read;
    } catch (TokenFailure e) {
      log.warn(
          "What the identity provider publishes cannot be read, so what was read at {} is used: {}",
          known.readAt(),
          e.getMessage());
      return known;
    }
  }
}
