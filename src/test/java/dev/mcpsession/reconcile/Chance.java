package dev.mcpsession.reconcile;

import java.util.List;
import java.util.Random;

/** Every choice of one run, all from its seed. */
final class Chance {
  private final Random random;

  Chance(long seed) {
    // Seeds that lie close together give similar first numbers otherwise.
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
  }

  boolean in(double probability) {
    return random.nextDouble() < probability;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
