package dev.mcpsession;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** When things of one kind happened. */
public final class Moments {
  private final Instant[] sorted;

  private Moments(Instant[] sorted) {
    this.sorted = sorted;
  }

  public static Moments of(Collection<Instant> moments) {
    Instant[] sorted = moments.toArray(Instant[]::new);
    Arrays.sort(sorted);
    return new Moments(sorted);
  }

  public int count() {
    return sorted.length;
  }

  /** Those from then on. */
  public Moments from(Instant first) {
    return new Moments(
        Arrays.stream(sorted).filter(at -> !at.isBefore(first)).toArray(Instant[]::new));
  }

  /** Those before. */
  public Moments until(Instant end) {
    return new Moments(
        Arrays.stream(sorted).filter(at -> at.isBefore(end)).toArray(Instant[]::new));
  }

  /** The most that fall into any window of this length, wherever it begins. */
  public int busiest(Duration window) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < sorted.length; last++) {
      while (!sorted[last].isBefore(sorted[first].plus(window))) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /** How many there were in each second from then on. */
  public String perSecond(Instant from, int seconds) {
    int[] counts = new int[seconds];
    for (Instant at : sorted) {
      long second = Math.floorDiv(Duration.between(from, at).toMillis(), 1000);
      if (second >= 0 && second < seconds) {
        counts[(int) second]++;
      }
    }
    return IntStream.of(counts)
        .mapToObj(count -> String.format(Locale.ROOT, "%d", count))
        .collect(Collectors.joining(" "));
  }
}
