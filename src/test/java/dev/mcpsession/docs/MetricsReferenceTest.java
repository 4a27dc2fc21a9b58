package dev.mcpsession.docs;

import dev.mcpsession.gateway.GatewayMeter;
import dev.mcpsession.metrics.MeterDescription;
import dev.mcpsession.metrics.SessionMeter;
import dev.mcpsession.signin.SignInMeter;
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

    `/metrics` answers in Prometheus' text format, or in OpenMetrics if the client accepts it. No label holds the name
    of a session or a user. The dashboard and the alerts that use these metrics are in [operations.md](operations.md).

    The label `namespace` of `mcpsession_sessions` and `mcpsession_template_...` is that of the session or template. Prometheus renames it to
    `exported_namespace` if it adds its own label `namespace` to the target, as a ServiceMonitor does without
    `honorLabels`. The dashboard and the alerts expect that: `job` and `namespace` identify the installation.

    | Metric | Type | Labels | Meaning |
    |---|---|---|---|
    %s
    A histogram has the series `_bucket`, `_count`, `_sum` and, as a gauge, `_max` (the largest value of the last few
    minutes). The bounds of the buckets in seconds:

    | Histogram | Bounds |
    |---|---|
    %s
    ## The gateway

    Each replica of the gateway counts its own. No label holds a user, a session or an id of one.

    | Metric | Type | Labels | Meaning |
    |---|---|---|---|
    %s
    | Histogram | Bounds |
    |---|---|
    %s
    ## Sign-in

    The gateway has these where its configuration has `signIn` ([sign-in.md](sign-in.md)). Every counter is there from
    the start, at 0. No label holds what a user, a client or a provider sent.

    | Metric | Type | Labels | Meaning |
    |---|---|---|---|
    %s
    | Histogram | Bounds |
    |---|---|
    %s
    ## Others

    There are also the meters of the operator framework (`operator_sdk_*`: events received, reconciles, their duration
    and queue; a failed reconcile is not counted as a failure there, but in `mcpsession_reconcile_errors_total`) and
    those of the Java virtual machine (`jvm_*`, `process_*`, `system_*`).
    """
        .formatted(
            meters(SessionMeter.values()),
            bounds(SessionMeter.values()),
            meters(GatewayMeter.values()),
            bounds(GatewayMeter.values()),
            meters(SignInMeter.values()),
            bounds(SignInMeter.values()));
  }

  private static String meters(MeterDescription[] table) {
    return Arrays.stream(table)
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

  private static String bounds(MeterDescription[] table) {
    return Arrays.stream(table)
        .filter(m -> m.type() == MeterDescription.Type.HISTOGRAM)
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
