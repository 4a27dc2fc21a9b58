package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromQlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          up ; up
          sum by (job, le) (rate(a_bucket{job=~"b|c",x="d_e"}[5m])) ; a_bucket
          (a > 1) > on (job) group_left () (0.2 * sum (increase(b_total[15m]))) ; a b_total
          60 * a{x="}"} / 1e9 unless b offset 5m ; a b
          absent(present_over_time(a{job=~".+"}[1d])) or vector(0) ; a
          """)
  void theNamesOfSeriesAreFound(String expr, String names) {
    assertThat(new PromQl(expr).metrics()).isEqualTo(new TreeSet<>(Set.of(names.split(" "))));
  }
}
