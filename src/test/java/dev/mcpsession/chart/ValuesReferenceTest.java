package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.config.Setting;
import dev.mcpsession.docs.GeneratedDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the chart's README and schema say of its values. */
class ValuesReferenceTest {
  private static final Path README = Chart.FOLDER.resolve("README.md");
  private static final String BEGIN = "<!-- made from values.yaml by: mvn test -Dregenerate -->\n";
  private static final String END = "<!-- end of what is made -->\n";
  private static final Pattern RANGE = Pattern.compile("a whole number from (\\d+) to (\\d+)");

  /** The chart has values of their own for these. */
  private static final Set<String> NOT_IN_CONFIG = Set.of("watchTokenSecrets", "watchNodes");

  @Test
  void theReadmeHasATableOfAllValues() {
    String readme = Manifests.read(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    assertThat(begin).as("place of the table").isGreaterThanOrEqualTo(BEGIN.length());
    new GeneratedDocument(README)
        .mustBe(readme.substring(0, begin) + table() + readme.substring(readme.indexOf(END)));
  }

  @Test
  void everyValueHasAComment() {
    assertThat(DocumentedValue.all())
        .filteredOn(value -> value.meaning().isEmpty())
        .extracting(DocumentedValue::key)
        .isEmpty();
  }

  @Test
  void theSchemaKnowsEveryKeyOfTheConfigurationFileAndItsLimits() throws IOException {
    JsonNode config =
        new ObjectMapper()
            .readTree(Chart.FOLDER.resolve("values.schema.json").toFile())
            .at("/properties/config");
    Set<String> known = new TreeSet<>();
    collectKeys("", config, known);
    List<Setting> settings =
        Arrays.stream(Setting.values())
            .filter(setting -> !NOT_IN_CONFIG.contains(setting.key()))
            .toList();
    assertThat(known)
        .isEqualTo(
            settings.stream().map(Setting::key).collect(Collectors.toCollection(TreeSet::new)));
    for (Setting setting : settings) {
      JsonNode schema = config.at("/properties/" + setting.key().replace(".", "/properties/"));
      Matcher range = RANGE.matcher(setting.allowed());
      if (range.matches()) {
        assertThat(schema.path("minimum").asText()).isEqualTo(range.group(1));
        assertThat(schema.path("maximum").asText()).isEqualTo(range.group(2));
      }
    }
  }

  @Test
  void theConfigurationFileOfTheChartIsOneThatTheOperatorTakes() throws Exception {
    String file = Chart.rendered("").only("ConfigMap").path("data").path("operator.yaml").asText();
    OperatorConfig config = OperatorConfig.parse(file);
    assertThat(config.leaderElection()).isEqualTo(OperatorConfig.defaults().leaderElection());
    assertThat(config.tokenEndpoints()).isEqualTo(OperatorConfig.defaults().tokenEndpoints());
  }

  private static void collectKeys(String prefix, JsonNode schema, Set<String> found) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String key = prefix + property.getKey();
              if (property.getValue().has("properties")) {
                collectKeys(key + ".", property.getValue(), found);
              } else {
                found.add(key);
              }
            });
  }

  private static String table() {
    return DocumentedValue.all().stream()
        .map(
            value ->
                "| `%s` | `%s` | %s |\n"
                    .formatted(value.key(), value.byDefault(), value.meaning().replace("|", "\\|")))
        .collect(Collectors.joining("", "| Value | Default | Meaning |\n|---|---|---|\n", ""));
  }
}
