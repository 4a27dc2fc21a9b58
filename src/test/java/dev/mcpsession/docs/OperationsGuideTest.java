package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever looks something up in {@code docs/operations.md} finds it. */
class OperationsGuideTest {
  private static final Path FILES = Path.of("charts/mcp-session-operator/files");
  private static final Pattern SECTION =
      Pattern.compile("^### ([^\n]+)\n(.*?)(?=^##|\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  private final String guide = read();

  private static String read() {
    try {
      return Files.readString(Path.of("docs/operations.md"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static List<JsonNode> alerts() throws IOException {
    return elements(
        new YAMLMapper()
            .readTree(FILES.resolve("alerts.yaml").toFile())
            .path("groups")
            .path(0)
            .path("rules"));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void everyAlertHasASectionThatSaysWhatItMeansHowToLookAndWhatToDo(JsonNode alert) {
    assertThat(sections())
        .containsKey(name(alert))
        .extractingByKey(name(alert))
        .asString()
        .contains("**Meaning.** ", "**Diagnosis.** ", "**Do.** ");
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void everyAlertIsInTheTableWithItsSeverity(JsonNode alert) {
    assertThat(guide)
        .contains(
            "| [%s](#%s) | %s | "
                .formatted(
                    name(alert),
                    name(alert).toLowerCase(java.util.Locale.ROOT),
                    alert.at("/labels/severity").asText()));
  }

  @Test
  void noSectionIsOfAnAlertThatIsGone() throws IOException {
    List<String> names = alerts().stream().map(OperationsGuideTest::name).toList();
    assertThat(sections().keySet())
        .filteredOn(title -> title.startsWith("McpSession"))
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonOfAConditionIsExplained(Reason reason) {
    String reasons =
        guide.substring(guide.indexOf("\n## Reasons"), guide.indexOf("\n## Dashboard"));
    assertThat(reasons).containsPattern("(?m)^\\|[^|]*`" + reason.name() + "`");
  }

  @Test
  void thePanelsThatItNamesAreInTheDashboard() throws IOException {
    List<String> titles =
        elements(
                new ObjectMapper()
                    .readTree(FILES.resolve("dashboard.json").toFile())
                    .path("panels"))
            .stream()
            .map(panel -> panel.path("title").asText())
            .toList();
    String section = guide.substring(guide.indexOf("| Question |"), guide.indexOf("\n## Upgrades"));
    assertThat(Pattern.compile("\\*([A-Z][^*]+)\\*").matcher(section).results())
        .isNotEmpty()
        .allSatisfy(named -> assertThat(titles).contains(named.group(1)));
  }

  @Test
  void noLinkOfItLeadsNowhere() {
    assertThat(Pattern.compile("]\\(#([^)]+)\\)").matcher(guide).results())
        .isNotEmpty()
        .allSatisfy(
            link ->
                assertThat(guide.lines())
                    .anyMatch(
                        line ->
                            line.startsWith("#")
                                && line.replaceFirst("^#+ ", "")
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace(' ', '-')
                                    .equals(link.group(1))));
  }

  private Map<String, String> sections() {
    return SECTION
        .matcher(guide)
        .results()
        .collect(Collectors.toMap(section -> section.group(1), section -> section.group(2)));
  }

  private static String name(JsonNode alert) {
    return alert.path("alert").asText();
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
