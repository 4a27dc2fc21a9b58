package dev.mcpsession.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The Grafana dashboard that the chart ships. */
record Dashboard(JsonNode json) {
  static final Path FILE = Path.of("charts/mcp-session-operator/files/dashboard.json");

  /** What a panel asks Prometheus for. */
  record Query(String panel, String expr, String legend) {
    /** With what Grafana fills in. */
    String with(Map<String, String> variables) {
      String filled = expr;
      for (Map.Entry<String, String> variable : variables.entrySet()) {
        filled = filled.replace("$" + variable.getKey(), variable.getValue());
      }
      return filled;
    }

    @Override
    public String toString() {
      return panel + ": " + expr;
    }
  }

  static Dashboard read() {
    try {
      return new Dashboard(new ObjectMapper().readTree(FILE.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows too. */
  List<JsonNode> panels() {
    return elements(json.path("panels")).toList();
  }

  List<JsonNode> variables() {
    return elements(json.at("/templating/list")).toList();
  }

  List<Query> queries() {
    return panels().stream()
        .flatMap(
            panel ->
                elements(panel.path("targets"))
                    .map(
                        target ->
                            new Query(
                                panel.path("title").asText(),
                                target.path("expr").asText(),
                                target.path("legendFormat").asText())))
        .toList();
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
