package dev.mcpsession.signin.client;

import java.util.HashMap;
import java.util.Map;

/**
 * Bounds what is fetched at a time, in all and of one domain, so that hosts that are slow on
 * purpose take nobody else's turn. Thread-safe.
 */
final class FetchSlots {
  private final int most;
  private final int mostOfOne;
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  FetchSlots(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** False: there is none left. */
  synchronized boolean tryTake(String domain) {
    int ofThis = taken.getOrDefault(domain, 0);
    if (all >= most || ofThis >= mostOfOne) {
      return false;
    }
    all++;
    taken.put(domain, ofThis + 1);
    return true;
  }

  /** Gives back what was taken. */
  synchronized void release(String domain) {
    all--;
    taken.computeIfPresent(domain, (key, count) -> count == 1 ? null : count - 1);
  }
}
