package dev.mcpsession.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of the operator framework (JOSDK). */
public final class FrameworkMeters {
  private FrameworkMeters() {}

  /**
   * To be given to the operator framework. Has no label for a resource: their number would have no
   * bound.
   */
  public static Metrics in(MeterRegistry registry) {
    return MicrometerMetrics.withoutPerResourceMetrics(registry);
  }
}
