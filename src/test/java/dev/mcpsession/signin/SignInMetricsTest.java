package dev.mcpsession.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.metrics.MeterDescription;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInEvents.Exchange;
import dev.mcpsession.signin.identity.SignInEvents.Identity;
import dev.mcpsession.signin.identity.SignInEvents.Kind;
import dev.mcpsession.signin.identity.SignInEvents.Place;
import dev.mcpsession.token.oauth.IssuerCalls;
import dev.mcpsession.token.oauth.IssuerCalls.Endpoint;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignInMetricsTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private long open;
  private Optional<Duration> keyAge = Optional.empty();
  private final SignInMetrics metrics = new SignInMetrics(registry, () -> open, () -> keyAge);

  @Test
  void aScrapeHasEveryMeterOfTheTableWithItsTypeFromTheStartAndNoOther() {
    Map<String, String> types =
        Arrays.stream(SignInMeter.values())
            .collect(
                Collectors.toMap(
                    SignInMeter::prometheusName, m -> m.type().name().toLowerCase(Locale.ROOT)));
    Map<String, String> scraped =
        Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$")
            .matcher(registry.scrape())
            .results()
            .filter(r -> !r.group(1).endsWith("_seconds_max"))
            .collect(Collectors.toMap(r -> r.group(1), r -> r.group(2)));
    assertThat(scraped).isEqualTo(types);
  }

  @ParameterizedTest
  @EnumSource(SignInMeter.class)
  void everySeriesHasTheLabelsOfTheTableAndTheTableExplainsTheirValues(SignInMeter meter) {
    String suffix = meter.type() == MeterDescription.Type.HISTOGRAM ? "_count" : "";
    List<String> series =
        Pattern.compile("(?m)^" + meter.prometheusName() + suffix + "(?:\\{(.*)})? ")
            .matcher(registry.scrape())
            .results()
            .map(r -> r.group(1) == null ? "" : r.group(1))
            .toList();
    assertThat(series).isNotEmpty();
    for (String one : series) {
      assertThat(found("(\\w+)=", one)).containsExactlyInAnyOrderElementsOf(meter.labels());
      if (meter != SignInMeter.PROVIDER_CALL_DURATION) { // explained by PROVIDER_CALLS
        assertThat(found("=\"([^\"]*)\"", one))
            .allSatisfy(value -> assertThat(meter.meaning()).contains("`" + value + "`"));
      }
    }
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult r) -> r.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void allCountersAreThereFromTheStart() {
    List<String> counters = counters();
    assertThat(counters)
        .hasSize(2 * 7 + 2 * 4 + 2 + 6 * OAuthErrorCode.values().length + 4 * 4)
        .allSatisfy(it -> assertThat(it).endsWith(" 0.0"));

    for (Identity identity : Identity.values()) {
      for (SignInEvents.Outcome outcome : SignInEvents.Outcome.values()) {
        metrics.visited(identity, outcome);
      }
    }
    for (Kind kind : Kind.values()) {
      Arrays.stream(Exchange.values()).forEach(it -> metrics.exchanged(kind, it));
      metrics.reused(kind);
    }
    for (Place place : Place.values()) {
      Arrays.stream(OAuthErrorCode.values()).forEach(it -> metrics.refused(place, it));
    }
    for (Endpoint endpoint : List.of(Endpoint.token, Endpoint.userinfo)) {
      metrics.called(endpoint, IssuerCalls.Outcome.success, Duration.ofMillis(20));
    }
    assertThat(counters()).as("no event makes another").hasSameSizeAs(counters);
  }

  private List<String> counters() {
    return registry
        .scrape()
        .lines()
        .filter(it -> it.startsWith("mcpsession_signin_") && it.contains("_total{"))
        .toList();
  }

  @Test
  void eachEventCountsUnderItsOwnLabels() {
    metrics.visited(Identity.upstream, SignInEvents.Outcome.completed);
    metrics.visited(Identity.upstream, SignInEvents.Outcome.completed);
    metrics.visited(Identity.issuer, SignInEvents.Outcome.away);
    metrics.exchanged(Kind.code, Exchange.issued);
    metrics.exchanged(Kind.refresh_token, Exchange.failed);
    metrics.reused(Kind.refresh_token);
    metrics.refused(Place.register, OAuthErrorCode.invalid_redirect_uri);
    metrics.called(Endpoint.userinfo, IssuerCalls.Outcome.unavailable, Duration.ofSeconds(10));

    assertThat(counters().stream().filter(it -> !it.endsWith(" 0.0")))
        .containsExactlyInAnyOrder(
            "mcpsession_signin_visits_total{identity=\"upstream\",outcome=\"completed\"} 2.0",
            "mcpsession_signin_visits_total{identity=\"issuer\",outcome=\"away\"} 1.0",
            "mcpsession_signin_exchanges_total{kind=\"code\",outcome=\"issued\"} 1.0",
            "mcpsession_signin_exchanges_total{kind=\"refresh_token\",outcome=\"failed\"} 1.0",
            "mcpsession_signin_reuses_total{kind=\"refresh_token\"} 1.0",
            "mcpsession_signin_refusals_total{place=\"register\",reason=\"invalid_redirect_uri\"}"
                + " 1.0",
            "mcpsession_signin_provider_calls_total{endpoint=\"userinfo\",outcome=\"unavailable\"}"
                + " 1.0");
    assertThat(lines("mcpsession_signin_provider_call_duration_seconds_sum"))
        .contains(
            "mcpsession_signin_provider_call_duration_seconds_sum{endpoint=\"userinfo\"} 10.0");
  }

  @Test
  void whatIsOpenAndTheAgeOfTheKeyAreReadAtEachScrape() {
    assertThat(lines("mcpsession_signin_open", "mcpsession_signin_key_age"))
        .containsExactlyInAnyOrder(
            "mcpsession_signin_open 0.0", "mcpsession_signin_key_age_seconds NaN");
    open = 3;
    keyAge = Optional.of(Duration.ofDays(1));
    assertThat(lines("mcpsession_signin_open", "mcpsession_signin_key_age"))
        .containsExactlyInAnyOrder(
            "mcpsession_signin_open 3.0", "mcpsession_signin_key_age_seconds 86400.0");
  }

  private List<String> lines(String... beginnings) {
    return registry
        .scrape()
        .lines()
        .filter(it -> Stream.of(beginnings).anyMatch(it::startsWith))
        .toList();
  }
}
