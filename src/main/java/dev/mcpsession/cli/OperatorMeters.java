package dev.mcpsession.cli;

import dev.mcpsession.metrics.FrameworkMeters;
import dev.mcpsession.metrics.SessionGauges;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.process.HttpEndpoint;
import dev.mcpsession.process.Meters;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** All that an operator measures, and its text for a scrape. */
final class OperatorMeters implements AutoCloseable {
  private final Meters meters = new Meters();
  private final SessionMetrics sessions = new SessionMetrics(meters.registry());
  private final SessionGauges gauges = new SessionGauges(meters.registry());

  /** Where it is counted what happens to sessions. */
  SessionMetrics sessions() {
    return sessions;
  }

  /** Where JOSDK counts reconciles. */
  Metrics framework() {
    return FrameworkMeters.in(meters.registry());
  }

  /**
   * From now on the gauges describe the sessions of this controller, and these namespaces.
   *
   * @param leads whether this process is the active replica
   */
  void observe(
      BooleanSupplier leads,
      CurrentController controller,
      ServedNamespaces namespaces,
      InstantSource clock) {
    gauges.observe(leads, controller::sessions, controller::spec, clock);
    gauges.observeTemplates(controller::templates);
    gauges.observePlaces(controller::replacementPlaces);
    gauges.refusedNamespaces(namespaces::refused);
  }

  /**
   * What Prometheus reads, as it is now.
   *
   * @param accept the request's header of this name; null: none
   */
  HttpEndpoint.Response scrape(@Nullable String accept) {
    gauges.refresh();
    return meters.scrape(accept);
  }

  @Override
  public void close() {
    meters.close();
  }
}
