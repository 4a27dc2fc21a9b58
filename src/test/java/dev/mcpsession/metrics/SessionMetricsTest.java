package dev.mcpsession.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionMetricsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SessionMetrics metrics = new SessionMetrics(registry);
  private final SessionGauges gauges = new SessionGauges(registry);

  @Test
  void theScrapeHoldsExactlyTheDocumentedNamesTypesAndLabels() {
    recordOneOfEach();
    gauges.observe(
        () -> true,
        () -> List.of(session(NOW.plusSeconds(90))),
        McpSession::getSpec,
        InstantSource.fixed(NOW));
    gauges.observeTemplates(() -> List.of(template()));
    gauges.refusedNamespaces(() -> Map.of("team", true));
    gauges.observePlaces(() -> Map.of("held", 1));
    gauges.refresh();
    String scrape = registry.scrape();

    Map<String, String> types =
        Arrays.stream(SessionMeter.values())
            .collect(
                Collectors.toMap(
                    SessionMeter::prometheusName,
                    m -> m.type().name().toLowerCase(java.util.Locale.ROOT)));
    Matcher type = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$").matcher(scrape);
    Map<String, String> scraped =
        type.results()
            .filter(r -> !r.group(1).endsWith("_max"))
            .collect(Collectors.toMap(r -> r.group(1), r -> r.group(2)));
    assertThat(scraped).isEqualTo(types);

    for (SessionMeter meter : SessionMeter.values()) {
      String suffix = meter.type() == SessionMeter.Type.HISTOGRAM ? "_count" : "";
      Matcher series =
          Pattern.compile("(?m)^" + meter.prometheusName() + suffix + "(?:\\{(.*)})? ")
              .matcher(scrape);
      assertThat(series.find()).as("a series of %s", meter).isTrue();
      TreeSet<String> labels = new TreeSet<>();
      if (series.group(1) != null) {
        Pattern.compile("(\\w+)=")
            .matcher(series.group(1))
            .results()
            .forEach(r -> labels.add(r.group(1)));
      }
      assertThat(labels).as("labels of %s", meter).isEqualTo(new TreeSet<>(meter.labels()));
    }
  }

  @Test
  void countsAndDurationsArriveUnderTheirLabels() {
    recordOneOfEach();
    assertThat(registry.scrape())
        .contains("mcpsession_start_duration_seconds_bucket{le=\"2.0\"} 1")
        .contains("mcpsession_replacements_total{cause=\"token\",outcome=\"success\"} 1.0")
        .contains("mcpsession_replacements_total{cause=\"template\",outcome=\"failure\"} 1.0")
        .contains("mcpsession_replacement_duration_seconds_count{cause=\"token\"} 1")
        .contains("mcpsession_replacement_duration_seconds_count{cause=\"template\"} 0")
        .contains(
            "mcpsession_token_issues_total{outcome=\"success\",source=\"serviceAccount\"} 1.0")
        .contains(
            "mcpsession_token_issue_duration_seconds_bucket{source=\"serviceAccount\",le=\"0.05\"}"
                + " 1")
        .contains("mcpsession_issuer_calls_total{endpoint=\"token\",outcome=\"rejected\"} 1.0")
        .contains("mcpsession_evictions_total{reason=\"Idle\"} 1.0")
        .contains("mcpsession_eviction_lateness_seconds_bucket{le=\"0.005\"} 1")
        .contains("mcpsession_backend_exits_total 1.0")
        .contains("mcpsession_reconcile_errors_total{kind=\"internal\"} 1.0");
  }

  @Test
  void everyBoundOfAHistogramIsABucket() {
    recordOneOfEach();
    String scrape = registry.scrape();
    for (SessionMeter meter : SessionMeter.values()) {
      for (Duration bound : meter.buckets()) {
        assertThat(scrape)
            .containsPattern(
                meter.prometheusName()
                    + "_bucket\\{(\\w+=\"\\w+\",)?le=\""
                    + Pattern.quote(String.valueOf(bound.toMillis() / 1000.0))
                    + "\"}");
      }
    }
  }

  @Test
  void countersWhoseLabelsAreKnownBeginAtZero() {
    assertThat(registry.scrape())
        .contains("mcpsession_replacements_total{cause=\"backend\",outcome=\"failure\"} 0.0")
        .contains("mcpsession_evictions_total{reason=\"MaxLifetime\"} 0.0")
        .contains("mcpsession_backend_exits_total 0.0")
        .contains("mcpsession_reconcile_errors_total{kind=\"api\"} 0.0")
        .doesNotContain("cause=\"start\"");
    metrics.tokenIssued("secret", true, Duration.ZERO);
    assertThat(registry.scrape())
        .contains("mcpsession_token_issues_total{outcome=\"failure\",source=\"secret\"} 0.0");
  }

  @Test
  void aDurationThatAStepOfTheClockMadeNegativeCountsAsZero() {
    metrics.evicted(EvictionReason.Idle, Duration.ofHours(-1));
    assertThat(registry.scrape())
        .contains("mcpsession_eviction_lateness_seconds_count 1")
        .contains("mcpsession_eviction_lateness_seconds_sum 0.0");
  }

  @Test
  void theFrameworksMetersHaveNoLabelForAResource() {
    FrameworkMeters.in(registry)
        .cleanupDoneFor(
            new io.javaoperatorsdk.operator.processing.event.ResourceID("alice", "team"), Map.of());
    assertThat(registry.scrape())
        .contains("operator_sdk_events_delete_total")
        .doesNotContain("alice", "team");
  }

  private void recordOneOfEach() {
    metrics.started(Duration.ofMillis(1500));
    metrics.replaced(Cause.TOKEN, true, Duration.ofSeconds(4));
    metrics.replaced(Cause.TEMPLATE, false, null);
    metrics.issuerCalled("token", "rejected", Duration.ofMillis(40));
    metrics.tokenIssued("serviceAccount", true, Duration.ofMillis(30));
    metrics.evicted(EvictionReason.Idle, Duration.ofMillis(5));
    metrics.backendExited();
    metrics.revoked(false);
    metrics.reconcileFailed(true);
  }

  private static McpSessionTemplate template() {
    McpSessionTemplate template = new McpSessionTemplate();
    template.setMetadata(new ObjectMetaBuilder().withNamespace("a").withName("forgejo").build());
    template.setStatus(new McpSessionTemplateStatus(1L, 1, 1, List.of()));
    return template;
  }

  private static McpSession session(Instant tokenExpires) {
    McpSession session = new McpSession();
    session.setMetadata(new ObjectMetaBuilder().withNamespace("a").withName("alice").build());
    session.setStatus(
        new McpSessionStatus(
            1L,
            1,
            null,
            null,
            tokenExpires,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(new Condition("Ready", "True", 1L, NOW, "Serving", ""))));
    return session;
  }
}
