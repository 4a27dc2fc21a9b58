package dev.mcpsession.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of the operator framework (JOSDK). */
public final class FrameworkMeters {
  private FrameworkMeters() {}

  /**
   * The metrics to configure the framework with. No label names a resource, because their number is
   * unbounded.
   */
  public static Metrics in(MeterRegistry registry) {
    return MicrometerMetrics.withoutPerResourceMetrics(registry);
  }
}
