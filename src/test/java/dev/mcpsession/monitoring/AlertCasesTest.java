package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertCasesTest {

  static List<AlertRule> alerts() {
    return AlertRule.all();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void everyAlertHasACaseInWhichItFiresAndOneInWhichItIsSilent(AlertRule alert) {
    assertThat(AlertCases.of(alert).firing(alert)).isNotEmpty();
    assertThat(AlertCases.of(alert).silent(alert)).isNotEmpty();
  }

  @Test
  void noCaseIsOfAnAlertThatIsGone() {
    assertThat(AlertCases.files())
        .containsExactlyInAnyOrderElementsOf(
            alerts().stream().map(alert -> AlertCases.of(alert).file()).toList());
  }
}
