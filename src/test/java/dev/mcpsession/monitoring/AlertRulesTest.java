package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertRulesTest {

  static List<AlertRule> alerts() {
    return AlertRule.all();
  }

  @Test
  void noNameIsGivenTwice() {
    assertThat(alerts()).hasSizeGreaterThan(6).extracting(AlertRule::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void whoeverIsWokenUpLearnsWhatIsWrongWhereAndWhatToDo(AlertRule alert) {
    assertThat(alert.name()).startsWith("McpSession");
    assertThat(alert.labels()).containsOnlyKeys("severity");
    assertThat(alert.labels().get("severity")).isIn("critical", "warning");
    assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook_url");
    assertThat(alert.annotation("summary")).endsWith(".").doesNotContain("{{");
    assertThat(alert.annotation("description"))
        .contains("$labels.job", "$labels.namespace")
        .endsWith(".");
    assertThat(alert.annotation("runbook_url"))
        .isEqualTo("docs/operations.md#" + alert.name().toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void oneInstallationDoesNotHideTheTroubleOfAnother(AlertRule alert) {
    PromQl expr = new PromQl(alert.expr());
    assertThat(expr.matchers()).isNotEmpty().allMatch(matcher -> matcher.contains("job=~\".+\""));
    assertThat(alert.expr()).contains("by (job, namespace");
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertIsAboutTheInstallationNotAboutOneReplica(AlertRule alert) {
    assertThat(alert.expr()).doesNotContain("instance", "pod");
  }
}
