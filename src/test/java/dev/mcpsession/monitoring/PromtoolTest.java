package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.external.ExternalProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prometheus' own tool reads what we ship. */
@PrometheusTest
class PromtoolTest {
  private final ExternalProgram promtool = ExternalProgram.named("promtool", "prometheus");

  static List<Path> cases() {
    return AlertCases.files();
  }

  @Test
  void theRulesAreValid() {
    ExternalProgram.Result result = promtool.run("check", "rules", AlertRule.FILE.toString());
    assertThat(result.output()).contains("%d rules found".formatted(AlertRule.all().size()));
    assertThat(result.exitCode()).isZero();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theAlertFiresWhenItShouldAndOnlyThen(Path file) {
    ExternalProgram.Result result = promtool.run("test", "rules", file.toString());
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @Test
  void everyQueryOfTheDashboardIsValid(@TempDir Path folder) throws Exception {
    List<Map<String, String>> rules = new ArrayList<>();
    for (Dashboard.Query query : Dashboard.read().queries()) {
      String expr = query.with(Map.of("__rate_interval", "5m", "job", "a", "namespace", "b"));
      rules.add(Map.of("record", "query:" + rules.size(), "expr", expr));
    }
    Path file = folder.resolve("queries.yaml");
    new YAMLMapper()
        .writeValue(
            file.toFile(), Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules))));
    ExternalProgram.Result result = promtool.run("check", "rules", file.toString());
    assertThat(result.output()).contains("%d rules found".formatted(rules.size()));
    assertThat(result.exitCode()).isZero();
  }
}
