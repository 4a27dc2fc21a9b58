package dev.mcpsession.process;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Since when the API server has refused this process's credentials (HTTP status 401), and nothing
 * else. Kinds of requests are told apart: a success of one says nothing about another, since each
 * may take another way to the API server.
 */
final class RefusedCredentials {
  /** Fewer refusals than this may be the end of one token and the beginning of the next. */
  private static final int ENOUGH = 3;

  /** Every kind that is refused is tried again within a few seconds; a gap ends the series. */
  private static final Duration GAP = Duration.ofMinutes(1);

  /** What is asked of the API server. */
  enum Kind {
    LEASE,
    WATCH,
    PROBE,
    OTHER;

    static Kind of(String path, boolean isWatch) {
      if (isWatch) {
        return WATCH;
      }
      return path.contains("/apis/coordination.k8s.io/")
          ? LEASE
          : path.endsWith("/version") ? PROBE : OTHER;
    }
  }

  private record Series(long first, long last, int refusals) {}

  private final LongSupplier nanoTime;
  private final Map<Kind, Series> refused = new EnumMap<>(Kind.class);

  RefusedCredentials(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized void refused(Kind kind) {
    long now = nanoTime.getAsLong();
    Series series = refused.get(kind);
    refused.put(
        kind,
        series == null || now - series.last > GAP.toNanos()
            ? new Series(now, now, 1)
            : new Series(series.first, now, series.refusals + 1));
  }

  synchronized void accepted(Kind kind) {
    refused.remove(kind);
  }

  /** From the first to the last refusal of the longest series that goes on; zero: there is none. */
  synchronized Duration duration() {
    long now = nanoTime.getAsLong();
    return refused.values().stream()
        .filter(series -> series.refusals >= ENOUGH && now - series.last <= GAP.toNanos())
        .map(series -> Duration.ofNanos(series.last - series.first))
        .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }
}
