package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.http.Outcome;
import dev.mcpsession.gateway.http.Rejection;
import dev.mcpsession.gateway.http.RequestRecord;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.metrics.MeterDescription;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayMetricsTest {
  private static final McpResource FORGEJO = new McpResource("team", "forgejo");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final GatewayMetrics metrics = new GatewayMetrics(registry, FORGEJO::equals);

  @Test
  void aScrapeHasEveryMeterOfTheTableWithItsTypeAndLabelsAndNoOther() {
    metrics.requestEnded(request(FORGEJO, "POST", "tools/call", Outcome.OK));
    String scrape = registry.scrape();
    Map<String, String> types =
        Arrays.stream(GatewayMeter.values())
            .collect(
                Collectors.toMap(
                    GatewayMeter::prometheusName, m -> m.type().name().toLowerCase(Locale.ROOT)));
    Map<String, String> scraped =
        Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$")
            .matcher(scrape)
            .results()
            .filter(r -> !r.group(1).endsWith("_max"))
            .collect(Collectors.toMap(r -> r.group(1), r -> r.group(2)));
    assertThat(scraped).isEqualTo(types);
    for (GatewayMeter meter : GatewayMeter.values()) {
      String suffix = meter.type() == MeterDescription.Type.HISTOGRAM ? "_count" : "";
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
  void aRequestIsCountedUnderItsLabelsAndMeasured() {
    metrics.requestEnded(request(FORGEJO, "POST", "tools/call", Outcome.OK));
    metrics.requestEnded(request(FORGEJO, "POST", "tools/call", Outcome.OK));
    metrics.requestEnded(request(FORGEJO, "POST", "tools/call", Outcome.BACKEND_ERROR));
    assertThat(registry.scrape())
        .contains(
            "mcpsession_gateway_requests_total{era=\"legacy\",method=\"tools/call\","
                + "namespace=\"team\",outcome=\"ok\",template=\"forgejo\"} 2.0")
        .contains("outcome=\"backend_error\",template=\"forgejo\"} 1.0")
        .contains("mcpsession_gateway_request_duration_seconds_count{era=\"legacy\"} 3")
        .contains("mcpsession_gateway_request_duration_seconds_sum{era=\"legacy\"} 0.3")
        .contains("mcpsession_gateway_hop_seconds_count 3")
        .contains("mcpsession_gateway_hop_seconds_sum 0.03");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "POST, initialize, initialize",
        "POST, server/discover, server/discover",
        "POST, notifications/cancelled, notifications/cancelled",
        "POST, Initialize, other",
        "POST, alice@example.com, other",
        "POST, '', other",
        "POST, GET, other",
        "POST, none, other",
        "GET, none, GET",
        "DELETE, none, DELETE",
        "OPTIONS, none, OPTIONS",
        "PROPFIND, none, other"
      })
  void onlyMethodsOfTheSpecificationAreLabels(String http, String method, String label) {
    metrics.requestEnded(request(FORGEJO, http, method, Outcome.OK));
    assertThat(registry.scrape())
        .contains("mcpsession_gateway_requests_total{era=\"legacy\",method=\"" + label + "\",");
  }

  @Test
  void pathsThatLeadToNoTemplateAreOneSeries() {
    for (int i = 0; i < 1_000; i++) {
      metrics.requestEnded(
          request(new McpResource("ns-" + i, "t-" + i), "POST", "ping", Outcome.NOT_FOUND));
    }
    metrics.requestEnded(request(null, "POST", "ping", Outcome.NOT_FOUND));
    assertThat(registry.scrape())
        .contains(
            "mcpsession_gateway_requests_total{era=\"legacy\",method=\"ping\",namespace=\"-\","
                + "outcome=\"not_found\",template=\"-\"} 1001.0")
        .doesNotContain("ns-7");
  }

  @Test
  void aGetStreamIsNoDuration() {
    metrics.requestEnded(request(FORGEJO, "GET", null, Outcome.OK));
    assertThat(registry.scrape())
        .contains("mcpsession_gateway_request_duration_seconds_count{era=\"legacy\"} 0")
        .contains("mcpsession_gateway_hop_seconds_count 0");
  }

  @Test
  void streamsGoUpAndDown() {
    metrics.streamBegun(Era.LEGACY);
    metrics.streamBegun(Era.LEGACY);
    metrics.streamBegun(Era.MODERN);
    metrics.streamEnded(Era.LEGACY);
    assertThat(registry.scrape())
        .contains("mcpsession_gateway_streams{era=\"legacy\"} 1.0")
        .contains("mcpsession_gateway_streams{era=\"modern\"} 1.0")
        .contains("mcpsession_gateway_streams{era=\"unknown\"} 0.0");
  }

  @Test
  void whatIsKeptAndWhoIsSlowGoesUpAndDown() {
    assertThat(registry.scrape())
        .contains("mcpsession_gateway_buffered_bytes 0.0")
        .contains("mcpsession_gateway_slow_clients 0.0")
        .contains("mcpsession_gateway_resumes_total{outcome=\"lost\"} 0.0");
    metrics.buffered(1_000);
    metrics.buffered(-300);
    metrics.slowClientBegun();
    metrics.slowClientBegun();
    metrics.slowClientEnded();
    metrics.resumed("replica");
    assertThat(registry.scrape())
        .contains("mcpsession_gateway_buffered_bytes 700.0")
        .contains("mcpsession_gateway_slow_clients 1.0")
        .contains("mcpsession_gateway_resumes_total{outcome=\"replica\"} 1.0");
  }

  @Test
  void theRestIsCountedToo() {
    metrics.rejected(Rejection.ORIGIN);
    metrics.tokenRejected(TokenDefect.token_expired);
    metrics.rebound("moved");
    metrics.sessionWaited("starting", Duration.ofSeconds(25));
    metrics.activityWritten();
    assertThat(registry.scrape())
        .contains("mcpsession_gateway_rejected_total{reason=\"origin\"} 1.0")
        .contains("mcpsession_gateway_rejected_total{reason=\"host\"} 0.0")
        .contains("mcpsession_gateway_rejected_total{reason=\"token_expired\"} 1.0")
        .contains("mcpsession_gateway_rejected_total{reason=\"token_key\"} 0.0")
        .contains("mcpsession_gateway_rebinds_total{outcome=\"moved\"} 1.0")
        .contains("mcpsession_gateway_rebinds_total{outcome=\"lost\"} 0.0")
        .contains("mcpsession_gateway_session_waits_seconds_sum{cause=\"starting\"} 25.0")
        .contains("mcpsession_gateway_activity_writes_total 1.0");
  }

  private static RequestRecord request(
      @Nullable McpResource resource, String http, @Nullable String method, Outcome outcome) {
    return new RequestRecord(
        Optional.ofNullable(resource),
        Optional.of("6d18a38c1dbe6439"),
        Era.LEGACY,
        http,
        Optional.ofNullable(method),
        Optional.of("alice-tool"),
        200,
        outcome,
        false,
        1,
        2,
        Duration.ofMillis(100),
        Duration.ofMillis(90),
        "4bf92f3577b34da6a3ce929d0e0e4736");
  }
}
