package dev.mcpsession.reconcile.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Namespaces in which the API server creates nothing any more, since they are being deleted. Known
 * from its first refusal, and until a session is seen there that this process did not know then:
 * the namespace was made anew.
 */
public final class EndingNamespaces {
  /** After this time one more try shows whether it is still so. */
  private static final Duration CERTAIN = Duration.ofMinutes(5);

  /**
   * A refusal.
   *
   * @param newest number of the newest entry at that time
   */
  private record Refusal(long newest, Instant at) {}

  private final AtomicLong entries = new AtomicLong();
  private final ConcurrentMap<String, Refusal> refusals = new ConcurrentHashMap<>();

  /** Numbers of entries, in the order in which their sessions were first seen. */
  long nextNumber() {
    return entries.incrementAndGet();
  }

  /**
   * The API server refused to create something there.
   *
   * @return whether that is new
   */
  boolean refused(String namespace, Instant now) {
    return refusals.put(namespace, new Refusal(entries.get(), now)) == null;
  }

  /**
   * Whether nothing can be created for a session.
   *
   * @param number of its entry
   */
  boolean isEnding(String namespace, long number, Instant now) {
    Refusal refusal = refusals.get(namespace);
    if (refusal == null) {
      return false;
    }
    if (number > refusal.newest()) {
      refusals.remove(namespace, refusal);
      return false;
    }
    return now.isBefore(refusal.at().plus(CERTAIN));
  }

  /** When to try again; meaningful while {@link #isEnding}. */
  Instant retryAt(String namespace, Instant now) {
    Refusal refusal = refusals.get(namespace);
    return refusal == null ? now : refusal.at().plus(CERTAIN);
  }

  /** No session is left there. */
  void forget(String namespace) {
    refusals.remove(namespace);
  }

  boolean isKnown(String namespace) {
    return refusals.containsKey(namespace);
  }
}
