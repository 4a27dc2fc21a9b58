package dev.mcpsession.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Registers meters by their descriptions; asked again for the same meter, gives the one there is.
 */
public record DescribedMeters(MeterRegistry registry) {
  /** A counter; it starts at 0. */
  public Counter counter(MeterDescription meter, String... labelValues) {
    return Counter.builder(meter.id())
        .description(meter.description())
        .tags(meter.tags(List.of(labelValues)))
        .register(registry);
  }

  /** A histogram of times. */
  public Timer timer(MeterDescription meter, String... labelValues) {
    return Timer.builder(meter.id())
        .description(meter.description())
        .tags(meter.tags(List.of(labelValues)))
        .serviceLevelObjectives(meter.buckets().toArray(Duration[]::new))
        .register(registry);
  }

  /** A gauge, which is read at each scrape. */
  public void gauge(MeterDescription meter, Supplier<Number> value, String... labelValues) {
    Gauge.builder(meter.id(), value)
        .description(meter.description())
        .baseUnit(meter.isTime() ? "seconds" : null)
        .tags(meter.tags(List.of(labelValues)))
        .register(registry);
  }

  /** A step of the clock can make a duration negative, which a timer would ignore. */
  public static void record(Timer timer, Duration duration) {
    timer.record(duration.isNegative() ? Duration.ZERO : duration);
  }
}
