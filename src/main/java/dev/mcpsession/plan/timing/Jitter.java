package dev.mcpsession.plan.timing;

/**
 * A number that is evenly spread over sessions and constant for each: jitter without randomness.
 */
public final class Jitter {
  private Jitter() {}

  /** From 0 to 999. */
  public static int permille(String key) {
    int hash = key.hashCode() * 0x9E3779B9;
    hash ^= hash >>> 15;
    hash *= 0x85EBCA6B;
    hash ^= hash >>> 13;
    return Integer.remainderUnsigned(hash, 1000);
  }
}
