package dev.mcpsession.cli;

import dev.mcpsession.metrics.PlatformMeters;
import dev.mcpsession.metrics.SessionGauges;
import dev.mcpsession.metrics.SessionMetrics;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

/** All meters of the process, and their text. */
final class Meters implements AutoCloseable {
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SessionMetrics sessions = new SessionMetrics(registry);
  private final SessionGauges gauges = new SessionGauges(registry);
  private final PlatformMeters platform = new PlatformMeters(registry);

  SessionMetrics sessions() {
    return sessions;
  }

  SessionGauges gauges() {
    return gauges;
  }

  Metrics josdk() {
    return platform.josdk();
  }

  /**
   * What Prometheus reads.
   *
   * @param accept the request's header of this name; null: none
   */
  HttpEndpoint.Answer scrape(@Nullable String accept) {
    gauges.refresh();
    String type =
        accept != null && accept.contains(OPEN_METRICS)
            ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
    return new HttpEndpoint.Answer(200, type, registry.scrape(type));
  }

  @Override
  public void close() {
    platform.close();
    registry.close();
  }
}
