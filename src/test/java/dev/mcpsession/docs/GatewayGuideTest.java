package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/gateway.md} tells people to write is what is read. */
class GatewayGuideTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  private String guide;

  @BeforeEach
  void read() throws IOException {
    guide = Files.readString(Path.of("docs/gateway.md"));
  }

  @Test
  void theIssuersShownAreOnesThatTheGatewayTakes() throws Exception {
    List<String> blocks =
        blocks("yaml").stream().filter(block -> block.startsWith("issuers:")).toList();
    assertThat(blocks).hasSize(2);
    for (String block : blocks) {
      assertThat(GatewayConfig.parse("baseUrl: https://mcp.example\n" + block).issuers())
          .hasSize(1);
    }
  }

  @Test
  void theValuesAndThePatchHoldAConfigurationThatTheGatewayTakes() throws Exception {
    JsonNode values = block("# values.yaml");
    assertThat(GatewayConfig.parse(values.at("/gateway/config").toString()).issuers()).hasSize(1);
    JsonNode patch = YAML.readTree(block("# kustomization.yaml").at("/patches/0/patch").asText());
    assertThat(patch.at("/metadata/name").asText()).isEqualTo("mcp-session-operator-gateway");
    GatewayConfig config = GatewayConfig.parse(patch.at("/data/gateway.yaml").asText());
    assertThat(config.keysDirectory()).isPresent();
    assertThat(config.issuers()).hasSize(1);
  }

  @Test
  void theTemplateHasTheFieldsOfATemplate() throws Exception {
    String template =
        blocks("yaml").stream()
            .filter(block -> block.contains("kind: McpSessionTemplate"))
            .findFirst()
            .orElseThrow()
            .replace("{...}", "{}");
    var access = YAML.readValue(template, McpSessionTemplate.class).getSpec().access();
    assertThat(access.users()).containsExactly("alice");
    assertThat(access.groups()).containsExactly("mcp-users");
    assertThat(access.requiredScopes()).containsExactly("mcp");
  }

  @Test
  void whatIsJsonIsJson() {
    assertThat(blocks("json")).hasSizeGreaterThan(3);
    for (String block : blocks("json")) {
      assertThatCode(() -> new ObjectMapper().readTree(block)).as(block).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 408, 413, 421, 429, 431, 502, 503, -32603})
  void everyStatusIsExplained(int status) {
    String table = guide.substring(guide.indexOf("## Status codes"), guide.indexOf("## Keys"));
    assertThat(table).containsPattern("(?m)^\\| [0-9, ]*" + status + "\\b");
  }

  @Test
  void noLinkOfItLeadsNowhere() {
    assertThat(Pattern.compile("]\\(([a-z-]+\\.md)?(?:#([^)]+))?\\)").matcher(guide).results())
        .isNotEmpty()
        .allSatisfy(GatewayGuideTest::leadsSomewhere);
  }

  private static void leadsSomewhere(MatchResult link) throws IOException {
    Path target = Path.of("docs").resolve(link.group(1) == null ? "gateway.md" : link.group(1));
    assertThat(Files.readAllLines(target))
        .as(link.group())
        .anyMatch(line -> link.group(2) == null || isTitle(line, link.group(2)));
  }

  private static boolean isTitle(String line, String anchor) {
    return line.startsWith("#")
        && line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replace(' ', '-').equals(anchor);
  }

  private JsonNode block(String firstLine) throws IOException {
    return YAML.readTree(
        blocks("yaml").stream()
            .filter(block -> block.startsWith(firstLine))
            .findFirst()
            .orElseThrow());
  }

  private List<String> blocks(String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
        .matcher(guide)
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
