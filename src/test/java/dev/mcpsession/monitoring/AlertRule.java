package dev.mcpsession.monitoring;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** An alert of the rules file that the chart ships. */
@JsonIgnoreProperties(ignoreUnknown = true) // for: PromtoolTest sees what it does
record AlertRule(
    @JsonProperty("alert") String name,
    String expr,
    Map<String, String> labels,
    Map<String, String> annotations) {
  static final Path FILE = Path.of("charts/mcp-session-operator/files/alerts.yaml");

  private static final YAMLMapper YAML = new YAMLMapper();

  /** In the order of the file. */
  static List<AlertRule> all() {
    try {
      JsonNode groups = YAML.readTree(FILE.toFile()).path("groups");
      return StreamSupport.stream(groups.spliterator(), false)
          .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
          .map(rule -> YAML.convertValue(rule, AlertRule.class))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String annotation(String key) {
    return annotations.getOrDefault(key, "");
  }

  @Override
  public String toString() {
    return name;
  }
}
