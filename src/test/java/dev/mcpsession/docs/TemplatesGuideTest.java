package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.TemplateConditionType;
import dev.mcpsession.resources.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/templates.md} tells people to do does what it says. */
class TemplatesGuideTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  /** As the session is stored that the guide moves, by this version. */
  private static final String SESSION =
      """
      user: alice
      token:
        oauth2Refresh:
          tokenEndpoint: https://git.example/login/oauth/access_token
          clientSecretName: forgejo-client
          grantSecretName: alice-grant
      podTemplate: {spec: {containers: [{name: backend, image: "registry.example/forgejo-mcp:1.4"}]}}
      """;

  /** What earlier versions stored besides. */
  private static final String DEFAULTS =
      """
      idleTimeoutSeconds: 900
      onIdle: Delete
      suspend: false
      startupTimeoutSeconds: 120
      drainSeconds: 10
      port: 8080
      path: /mcp
      service: true
      """;

  private String guide;

  @BeforeEach
  void read() throws IOException {
    guide = Files.readString(Path.of("docs/templates.md"));
  }

  @Test
  void theExampleIsTheSampleThatIsApplied() throws IOException {
    assertThat(guide)
        .contains(
            "```yaml\n" + Files.readString(Path.of("config/samples/template.yaml")) + "```\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", DEFAULTS})
  void aSessionThatIsMovedIsNotReplacedAndBehavesAsBefore(String stored) throws IOException {
    JsonNode session = YAML.readTree(SESSION + stored);
    McpSessionSpec before = EffectiveSpec.of(YAML.treeToValue(session, McpSessionSpec.class));
    McpSessionSpec own =
        YAML.treeToValue(
            merged(session, YAML.readTree(patch()).path("spec")), McpSessionSpec.class);

    McpSessionSpec moved = EffectiveSpec.of(own, template().session());

    assertThat(own.podTemplate()).isNull();
    assertThat(Inputs.of(moved, null, null)).isEqualTo(Inputs.of(before, null, null));
    assertThat(moved.token()).isEqualTo(before.token());
    assertThat(moved.wantsService()).isEqualTo(before.wantsService());
    assertThat(moved.idleTimeout()).isEqualTo(before.idleTimeout());
    assertThat(moved.suspendsWhenIdle()).isEqualTo(before.suspendsWhenIdle());
    assertThat(moved.deletedAfterIdle()).isEqualTo(before.deletedAfterIdle());
    assertThat(moved.startupTimeout()).isEqualTo(before.startupTimeout());
    assertThat(moved.drain()).isEqualTo(before.drain());
    assertThat(moved.endpointPath()).isEqualTo(before.endpointPath());
  }

  @ParameterizedTest
  @EnumSource(TemplateConditionType.class)
  void everyConditionOfATemplateIsExplained(TemplateConditionType type) {
    assertThat(guide).contains("| `" + type.name() + "` | True, ");
  }

  @Test
  void noLinkOfItLeadsNowhere() {
    assertThat(Pattern.compile("]\\(([a-z-]+\\.md)?(?:#([^)]+))?\\)").matcher(guide).results())
        .isNotEmpty()
        .allSatisfy(TemplatesGuideTest::leadsSomewhere);
  }

  private static void leadsSomewhere(MatchResult link) throws IOException {
    Path target = Path.of("docs").resolve(link.group(1) == null ? "templates.md" : link.group(1));
    String text = Files.readString(target);
    assertThat(text.lines())
        .as(link.group())
        .anyMatch(line -> link.group(2) == null || isTitle(line, link.group(2)));
  }

  private static boolean isTitle(String line, String anchor) {
    return line.startsWith("#")
        && line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replace(' ', '-').equals(anchor);
  }

  /** The template that the guide moves sessions to: its only one called forgejo. */
  private McpSessionTemplateSpec template() throws IOException {
    Matcher block = Pattern.compile("(?ms)^ +```yaml\n(.*?)^ +```").matcher(guide);
    assertThat(block.find()).isTrue();
    JsonNode template = YAML.readTree(block.group(1).stripIndent());
    assertThat(template.at("/metadata/name").asText()).isEqualTo("forgejo");
    return YAML.treeToValue(template.path("spec"), McpSessionTemplateSpec.class);
  }

  /** The guide's patch, as the shell passes it for one session. */
  private String patch() {
    Matcher command = Pattern.compile("(?s)--type=merge -p '(\\{.*?})'\n").matcher(guide);
    assertThat(command.find()).isTrue();
    return command.group(1).replace("'\"$grant\"'", "alice-grant");
  }

  /** RFC 7396, for values that are replaced whole. */
  private static JsonNode merged(JsonNode target, JsonNode patch) {
    ObjectNode merged = target.deepCopy();
    patch
        .properties()
        .forEach(
            field -> {
              merged.remove(field.getKey());
              if (!field.getValue().isNull()) {
                merged.set(field.getKey(), field.getValue());
              }
            });
    return merged;
  }
}
