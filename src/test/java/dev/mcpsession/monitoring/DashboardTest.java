package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Rectangle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardTest {
  private static final int COLUMNS = 24;

  /** Grafana's own, of a version without Angular. */
  private static final Set<String> PANEL_TYPES =
      Set.of("row", "stat", "timeseries", "heatmap", "table", "state-timeline");

  private final Dashboard dashboard = Dashboard.read();

  static List<JsonNode> panels() {
    return Dashboard.read().panels();
  }

  static List<Dashboard.Query> queries() {
    return Dashboard.read().queries();
  }

  @Test
  void everyPanelHasAnIdOfItsOwn() {
    assertThat(panels()).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
  }

  @Test
  void noPanelCoversAnother() {
    List<Rectangle> placed = new ArrayList<>();
    for (JsonNode panel : panels()) {
      JsonNode grid = panel.path("gridPos");
      Rectangle place =
          new Rectangle(
              grid.path("x").asInt(),
              grid.path("y").asInt(),
              grid.path("w").asInt(),
              grid.path("h").asInt());
      assertThat(place.isEmpty()).isFalse();
      assertThat(place.x).isNotNegative();
      assertThat(place.x + place.width).isLessThanOrEqualTo(COLUMNS);
      assertThat(placed).as(panel.path("title").asText()).noneMatch(place::intersects);
      placed.add(place);
    }
  }

  @ParameterizedTest
  @MethodSource("panels")
  void everyPanelSaysWhatItShows(JsonNode panel) {
    assertThat(panel.path("type").asText()).isIn(PANEL_TYPES);
    assertThat(panel.path("title").asText()).isNotBlank();
    if (!panel.path("type").asText().equals("row")) {
      assertThat(panel.path("description").asText()).endsWith(".");
      assertThat(panel.path("targets")).isNotEmpty();
      assertThat(Dashboard.elements(panel.path("targets")).map(t -> t.path("refId").asText()))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void itAsksTheDataSourceThatIsChosenAndNoOther() {
    assertThat(dashboard.variables())
        .first()
        .satisfies(
            variable -> {
              assertThat(variable.path("type").asText()).isEqualTo("datasource");
              assertThat(variable.path("query").asText()).isEqualTo("prometheus");
            });
    assertThat(dashboard.json().path("panels").findValues("datasource"))
        .isNotEmpty()
        .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everyQueryIsAboutTheInstallationsThatAreChosen(Dashboard.Query query) {
    Set<String> variables =
        dashboard.variables().stream()
            .map(variable -> "$" + variable.path("name").asText())
            .collect(Collectors.toSet());
    assertThat(variables).contains("$job", "$namespace");
    assertThat(new PromQl(query.expr()).matchers())
        .isNotEmpty()
        .allMatch(matcher -> matcher.contains("job=~\"$job") && matcher.contains("$namespace"));
    String rest = query.expr().replace("$__rate_interval", "").replace("$job", "");
    assertThat(rest.replace("$namespace", "")).doesNotContain("$");
  }

  @Test
  void nothingIsLeftOfTheGrafanaThatItWasMadeWith() throws Exception {
    assertThat(dashboard.json().path("uid").asText()).isEqualTo("mcp-session-operator");
    assertThat(dashboard.json().has("id")).isFalse();
    assertThat(dashboard.json().path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
    assertThat(dashboard.json().has("__inputs")).isFalse();
    assertThat(Files.readString(Dashboard.FILE, StandardCharsets.UTF_8)).endsWith("}\n");
  }

  @Test
  void aConfigMapCanHoldIt() throws Exception {
    assertThat(Files.size(Dashboard.FILE)).isLessThan(256 * 1024);
  }
}
