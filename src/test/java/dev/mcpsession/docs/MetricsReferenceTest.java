package dev.mcpsession.docs;

import dev.mcpsession.metrics.SessionMeter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {

  @Test
  void theReferenceNamesEveryMeter() {
    GeneratedDocument.named("metrics.md").mustBe(reference());
  }

  private static String reference() {
    return """
    # Metrics

    `/metrics` answers in Prometheus' text format, or in OpenMetrics when asked for it. No label holds the name of a
    session or a user. What the dashboard and the alerts make of these is in [operations.md](operations.md).

    The label `namespace` of `mcpsession_sessions` is the session's. Prometheus calls it `exported_namespace` where it
    gives targets a label `namespace` of its own, as a ServiceMonitor does without `honorLabels`; the dashboard and the
    alerts expect that, so that `job` and `namespace` name the installation.

    | Metric | Type | Labels | Meaning |
    |---|---|---|---|
    %s
    A histogram has the series `_bucket`, `_count`, `_sum` and, as a gauge, `_max` (the largest value of the last
    minutes). Its bounds in seconds:

    | Histogram | Bounds |
    |---|---|
    %s
    Beside these there are the operator framework's meters (`operator_sdk_*`: events received, reconciles, their
    duration and queue; a reconcile that ends in an error is no failure there but counts in
    `mcpsession_reconcile_errors_total`) and the Java virtual machine's (`jvm_*`, `process_*`, `system_*`).
    """
        .formatted(meters(), bounds());
  }

  private static String meters() {
    return Arrays.stream(SessionMeter.values())
        .map(
            m ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        m.prometheusName(),
                        m.type().name().toLowerCase(Locale.ROOT),
                        m.labels().stream()
                            .map(l -> "`" + l + "`")
                            .collect(Collectors.joining(", ")),
                        m.meaning()))
        .collect(Collectors.joining());
  }

  private static String bounds() {
    return Arrays.stream(SessionMeter.values())
        .filter(m -> m.type() == SessionMeter.Type.HISTOGRAM)
        .map(
            m ->
                "| `%s` | %s |\n"
                    .formatted(
                        m.prometheusName(),
                        m.buckets().stream()
                            .map(MetricsReferenceTest::seconds)
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.joining());
  }

  private static String seconds(Duration bound) {
    return java.math.BigDecimal.valueOf(bound.toMillis(), 3).stripTrailingZeros().toPlainString();
  }
}
