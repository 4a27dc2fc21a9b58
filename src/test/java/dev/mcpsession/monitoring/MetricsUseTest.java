package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.GatewayMeter;
import dev.mcpsession.metrics.MeterDescription;
import dev.mcpsession.metrics.SessionMeter;
import dev.mcpsession.signin.SignInMeter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsUseTest {

  /** Names of all series that alerts and dashboard ask for, but those that Prometheus makes. */
  static Set<String> used() {
    return Stream.concat(
            AlertRule.all().stream().map(AlertRule::expr),
            Dashboard.read().queries().stream().map(Dashboard.Query::expr))
        .flatMap(expr -> new PromQl(expr).metrics().stream())
        .filter(name -> !name.equals("ALERTS"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static List<MeterDescription> meters() {
    return Stream.<MeterDescription[]>of(
            SessionMeter.values(), GatewayMeter.values(), SignInMeter.values())
        .flatMap(Arrays::stream)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("meters")
  void everyMetricOfTheReferenceIsUsed(MeterDescription meter) {
    assertThat(series(meter)).anyMatch(used()::contains);
  }

  @Test
  void everyMetricOfOursThatIsUsedIsInTheReference() {
    Set<String> known =
        meters().stream().flatMap(meter -> series(meter).stream()).collect(Collectors.toSet());
    assertThat(used()).filteredOn(name -> name.startsWith("mcpsession")).isSubsetOf(known);
  }

  private static Set<String> series(MeterDescription meter) {
    String name = meter.prometheusName();
    return meter.type() == MeterDescription.Type.HISTOGRAM
        ? Set.of(name + "_bucket", name + "_count", name + "_sum", name + "_max")
        : Set.of(name);
  }
}
