package dev.mcpsession.simulation.model;

import java.util.List;
import java.util.Random;

/** Makes every choice of one run, from its seed. */
public final class Chance {
  private final Random random;

  public Chance(long seed) {
    // Otherwise, adjacent seeds yield similar first numbers.
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
  }

  public boolean in(double probability) {
    return random.nextDouble() < probability;
  }

  public int below(int bound) {
    return random.nextInt(bound);
  }

  public int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  public <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
