package dev.mcpsession.gateway.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens whose signature was good a short while ago, by their hash. Their claims are judged at each
 * request; only the verification is saved.
 */
public final class VerifiedTokens {
  /** How long a signature is not verified again. */
  static final Duration LONGEST = Duration.ofSeconds(60);

  /** How many; the least recently used one goes. */
  static final int MOST = 10_000;

  private final Map<ByteBuffer, Kept> byHash =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Kept> eldest) {
          return size() > MOST;
        }
      };

  private record Kept(Verified verified, Instant from, Instant until) {
    /** Also if the clock was set back, after which an entry would live too long. */
    boolean isOver(Instant now) {
      return now.isBefore(from) || !now.isBefore(until);
    }
  }

  /**
   * What is known of a token.
   *
   * @param issuer whose key verified it
   */
  public record Verified(IssuerSettings issuer, Map<String, Object> claims) {}

  /** The SHA-256 of a token. */
  public static ByteBuffer hash(String token) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Empty: its signature has to be verified. */
  public synchronized Optional<Verified> find(ByteBuffer hash, Instant now) {
    Kept entry = byHash.get(hash);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.isOver(now)) {
      byHash.remove(hash);
      return Optional.empty();
    }
    return Optional.of(entry.verified());
  }

  /** Until the token expires, but not for long. */
  public synchronized void add(ByteBuffer hash, Verified verified, Instant expiresAt, Instant now) {
    forgetUnused(now);
    Instant end = now.plus(LONGEST);
    Kept entry = new Kept(verified, now, expiresAt.isBefore(end) ? expiresAt : end);
    if (!entry.isOver(now)) {
      byHash.put(hash, entry);
    }
  }

  /** Those that nobody has used for the longest come first. */
  private void forgetUnused(Instant now) {
    Iterator<Kept> eldest = byHash.values().iterator();
    while (eldest.hasNext() && eldest.next().isOver(now)) {
      eldest.remove();
    }
  }

  synchronized int size() {
    return byHash.size();
  }
}
