package dev.mcpsession.token.grant;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long the claims of other processes on grants are respected. Whatever a claim says, this is
 * not longer than a claim lasts from when this process first saw it: the other's clock may be
 * ahead, or somebody may have written the annotation.
 */
final class ForeignClaims {
  private final String holder;
  private final Duration longest;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Map<String, Seen> firstSeen = new ConcurrentHashMap<>();

  /**
   * When a claim of another process was first seen.
   *
   * @param atNanos monotonic
   */
  private record Seen(Grant.Claim claim, long atNanos) {}

  /**
   * @param holder this process, whose claims do not count
   * @param longest how long a claim lasts
   * @param nanoTime monotonic, in nanoseconds
   */
  ForeignClaims(String holder, Duration longest, InstantSource clock, LongSupplier nanoTime) {
    this.holder = holder;
    this.longest = longest;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** How long another process may still be using the refresh token; null if none is. */
  @Nullable Duration left(String namespace, Grant grant) {
    Grant.Claim claim = grant.claimOfAnother(holder);
    Duration left = claim == null ? null : Duration.between(clock.instant(), claim.until());
    if (claim == null || left == null || !left.isPositive()) {
      forget(namespace, grant.name());
      return null;
    }
    long now = nanoTime.getAsLong();
    Seen seen =
        firstSeen.compute(
            key(namespace, grant.name()),
            (name, old) -> old != null && old.claim().equals(claim) ? old : new Seen(claim, now));
    Duration atMost = longest.minusNanos(now - seen.atNanos());
    return atMost.isPositive() ? (left.compareTo(atMost) < 0 ? left : atMost) : null;
  }

  /** Nobody else claims this grant any more, or it is gone. */
  void forget(String namespace, String name) {
    firstSeen.remove(key(namespace, name));
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
