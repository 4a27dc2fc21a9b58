package dev.mcpsession.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What promtool is to find of one alert: a file of made-up series, and whether it fires then. */
record AlertCases(Path file) {
  private static final Path FOLDER = Path.of("src/test/resources/monitoring");

  static AlertCases of(AlertRule alert) {
    return new AlertCases(FOLDER.resolve(alert.name() + ".yaml"));
  }

  static List<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the cases in which the alert fires. */
  List<String> firing(AlertRule alert) {
    return names(alert, false);
  }

  /** Names of the cases in which the alert is silent. */
  List<String> silent(AlertRule alert) {
    return names(alert, true);
  }

  private List<String> names(AlertRule alert, boolean silent) {
    return Dashboard.elements(read().path("tests"))
        .filter(
            test ->
                Dashboard.elements(test.path("alert_rule_test"))
                    .anyMatch(
                        check ->
                            check.path("alertname").asText().equals(alert.name())
                                && check.path("exp_alerts").isEmpty() == silent))
        .map(test -> test.path("name").asText())
        .toList();
  }

  private JsonNode read() {
    try {
      return new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
