package dev.mcpsession.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets a line of the Kubernetes client through once a minute. While the API server is away or
 * refuses, each informer tells the same at each try. Named in logback.xml.
 */
public final class RepeatedLogFilter extends TurboFilter {
  private static final String CLIENT = "io.fabric8.";
  private static final Duration QUIET = Duration.ofMinutes(1);

  /** Far more than there are informers; reached only by lines that never repeat. */
  private static final int REMEMBERED = 500;

  private final LongSupplier nanoTime;
  private final Map<String, Long> logged = new ConcurrentHashMap<>();

  /** As logback makes it. */
  public RepeatedLogFilter() {
    this(System::nanoTime);
  }

  RepeatedLogFilter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable failure) {
    if (!level.isGreaterOrEqual(Level.WARN)
        || format == null
        || !logger.getName().startsWith(CLIENT)) {
      return FilterReply.NEUTRAL;
    }
    long now = nanoTime.getAsLong();
    if (logged.size() >= REMEMBERED) {
      logged.clear();
    }
    String line = logger.getName() + format + Arrays.toString(params);
    Long kept =
        logged.compute(
            line, (key, last) -> last == null || now - last >= QUIET.toNanos() ? now : last);
    return kept == now ? FilterReply.NEUTRAL : FilterReply.DENY;
  }
}
