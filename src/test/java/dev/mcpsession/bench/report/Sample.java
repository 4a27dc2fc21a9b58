package dev.mcpsession.bench.report;

import java.util.Arrays;
import java.util.Collection;

/** Measured values of one kind. */
public final class Sample {
  private final double[] sorted;

  private Sample(double[] sorted) {
    this.sorted = sorted;
  }

  public static Sample of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return new Sample(sorted);
  }

  public int size() {
    return sorted.length;
  }

  /**
   * The quantile by nearest rank: the value that this part of all does not exceed; NaN if there are
   * none.
   */
  public double quantile(double part) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(part * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  public double median() {
    return quantile(0.5);
  }

  public double max() {
    return quantile(1);
  }

  /** "12.3 (11.0 to 14.1)"; a single value stands alone. */
  @Override
  public String toString() {
    return sorted.length <= 1
        ? Table.number(median())
        : Table.number(median())
            + " ("
            + Table.number(quantile(0))
            + " to "
            + Table.number(max())
            + ")";
  }
}
