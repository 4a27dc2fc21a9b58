package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.config.ConfigKey;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.config.Setting;
import dev.mcpsession.docs.GeneratedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart's README and schema say of its values. */
class ValuesReferenceTest {
  private static final Path README = Chart.FOLDER.resolve("README.md");
  private static final String BEGIN = "<!-- made from values.yaml by: mvn test -Dregenerate -->\n";
  private static final String END = "<!-- end of what is made -->\n";
  private static final Pattern RANGE = Pattern.compile("a whole number from (\\d+) to (\\d+)");

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

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
  void theTemplatesKnowEveryDefault() throws IOException {
    ObjectNode defaults = (ObjectNode) YAML.readTree(Chart.VALUES.toFile());
    emptyWhatIsOfKubernetes(List.of(), defaults);
    new GeneratedDocument(Chart.FOLDER.resolve("templates/_defaults.tpl"))
        .mustBe(
            """
            {{/*
            Of every key of values.yaml, what null means. Made from it by: mvn test -Dregenerate
            */}}
            {{- define "mcp-session-operator.defaults" -}}
            %s{{- end }}
            """
                .formatted(YAML.writeValueAsString(defaults)));
  }

  @Test
  void everyTemplateFillsInTheDefaultsFirst() throws IOException {
    try (Stream<Path> templates = Files.list(Chart.FOLDER.resolve("templates"))) {
      assertThat(templates)
          .filteredOn(file -> !file.getFileName().toString().startsWith("_"))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(file)
                      .content()
                      .startsWith("{{- include \"mcp-session-operator.fillDefaults\" . }}\n"));
    }
  }

  @Test
  void everyValueHasAComment() {
    assertThat(DocumentedValue.all())
        .filteredOn(value -> value.meaning().isEmpty())
        .extracting(DocumentedValue::key)
        .isEmpty();
  }

  @Test
  void theSchemaKnowsEveryKeyOfTheConfigurationFileAndItsLimits() {
    assertKnown("/properties/config", List.of(Setting.values()), NOT_IN_CONFIG);
  }

  @Test
  void theSchemaKnowsEveryKeyOfTheGatewaysConfigurationFileAndItsLimits() {
    assertKnown(
        "/properties/gateway/properties/config",
        GatewayConfig.keys(),
        Set.of("issuers", "keysDirectory", "signIn.namespace", "signIn.keysSecretName"));
  }

  private static void assertKnown(String place, List<? extends ConfigKey> all, Set<String> others) {
    JsonNode config = ValuesSchema.root().at(place);
    Set<String> known = new TreeSet<>();
    collectKeys("", config, known);
    List<? extends ConfigKey> settings =
        all.stream().filter(setting -> !others.contains(setting.key())).toList();
    assertThat(known)
        .isEqualTo(
            settings.stream().map(ConfigKey::key).collect(Collectors.toCollection(TreeSet::new)));
    for (ConfigKey setting : settings) {
      JsonNode schema =
          config.at(
              "/properties/"
                  + setting
                      .key()
                      .replace("[].", "/items/properties/")
                      .replace(".", "/properties/"));
      assertThat(schema.isObject()).as(setting.key()).isTrue();
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

  @Test
  void theConfigurationFileOfTheChartIsOneThatTheGatewayTakes() throws Exception {
    String file =
        Chart.rendered(Samples.GATEWAY)
            .named("ConfigMap", "mcp-session-operator-gateway")
            .path("data")
            .path("gateway.yaml")
            .asText();
    GatewayConfig config = GatewayConfig.parse(file);
    assertThat(config.baseUrl()).hasToString("Optional[https://mcp.example]");
    assertThat(config.issuers()).hasSize(1);
    assertThat(config.keysDirectory()).hasToString("Optional[/var/run/secrets/mcp-gateway]");
    assertThat(config.limits()).isEqualTo(GatewayConfig.defaults().limits());
  }

  @Test
  void soIsOneWithSignIn() throws Exception {
    String file =
        Chart.rendered(Samples.EVERYTHING)
            .named("ConfigMap", "mcp-session-operator-gateway")
            .path("data")
            .path("gateway.yaml")
            .asText();
    GatewayConfig.SignIn signIn = GatewayConfig.parse(file).signIn().orElseThrow();
    assertThat(signIn.issuer()).hasToString("https://mcp.example");
    assertThat(signIn.namespace()).contains("mcp-session-operator");
    assertThat(signIn.keysSecretName()).isEqualTo("mcp-session-operator-gateway-sign-in-keys");
    assertThat(signIn.absolute()).isEqualTo(Duration.ofDays(90));
    assertThat(signIn.identityProvider().orElseThrow().clientSecretFile())
        .contains(Path.of("/var/run/secrets/mcp-gateway-identity-provider/client-secret"));
  }

  /** Null removes what Kubernetes or the user defines, so an empty map or list is put there. */
  private static void emptyWhatIsOfKubernetes(List<String> prefix, ObjectNode section) {
    for (Map.Entry<String, JsonNode> entry : section.properties()) {
      List<String> key = Stream.concat(prefix.stream(), Stream.of(entry.getKey())).toList();
      JsonNode value = entry.getValue();
      if (ValuesSchema.isOfKubernetes(key)) {
        entry.setValue(value.isArray() ? section.arrayNode() : section.objectNode());
      } else if (value instanceof ObjectNode below) {
        emptyWhatIsOfKubernetes(key, below);
      }
    }
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
              } else if (property.getValue().path("items").has("properties")) {
                collectKeys(key + "[].", property.getValue().path("items"), found);
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
