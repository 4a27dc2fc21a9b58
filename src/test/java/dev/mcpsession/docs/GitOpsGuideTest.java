package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.mcpsession.api.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** What {@code docs/gitops.md} tells Flux and Argo CD is evaluated as they do. */
class GitOpsGuideTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> ON_PURPOSE = Set.of("Suspended", "SuspendedIdle");
  private static final Set<String> STALLED =
      Set.of("InvalidSpec", "NameConflict", "TemplateMissing");
  private static final String GUIDE = read("docs/gitops.md");

  /** Of Ready, from the reference, so that a new one is covered. */
  static Stream<String> reasons() {
    String reference = read("docs/api.md");
    int begin = reference.indexOf("\n`Ready`: ");
    String table = reference.substring(begin, reference.indexOf("\n`UpToDate`: ", begin));
    return Pattern.compile("(?m)^\\| (?:True|False) \\| `(\\w+)`")
        .matcher(table)
        .results()
        .map(row -> row.group(1));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void fluxWaitsForWhatChangesByItselfAndForNothingElse(String reason) {
    String expected =
        isHealthy(reason) ? "Current" : STALLED.contains(reason) ? "Failed" : "InProgress";
    assertThat(flux(session(reason))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void argoCdShowsASuspendedSessionAsHealthyAndAStalledOneAsDegraded(String reason) {
    String expected =
        isHealthy(reason) ? "Healthy" : STALLED.contains(reason) ? "Degraded" : "Progressing";
    LuaValue health = argoCd(session(reason));
    assertThat(health.get("status").tojstring()).isEqualTo(expected);
    assertThat(health.get("message").tojstring()).isEqualTo(reason + ": why");
  }

  @Test
  void theReferenceNamesTheReasons() {
    assertThat(reasons()).contains("Serving", "Starting").containsAll(ON_PURPOSE).hasSize(12);
  }

  @Test
  void anAnswerOfAnOlderSpecDoesNotCount() {
    for (String reason : List.of("Serving", "Suspended", "InvalidSpec")) {
      ObjectNode changed = session(reason);
      changed.withObject("/metadata").put("generation", 3);
      assertThat(flux(changed)).isEqualTo("InProgress");
      assertThat(argoCd(changed).get("status").tojstring()).isEqualTo("Progressing");
    }
  }

  @Test
  void aSessionThatTheOperatorHasNotSeenIsWaitedFor() {
    ObjectNode fresh = session("Starting");
    ((ObjectNode) fresh.path("status")).removeAll();
    assertThat(flux(fresh)).isEqualTo("InProgress");
    assertThat(argoCd(fresh).get("status").tojstring()).isEqualTo("Progressing");
    fresh.remove("status");
    assertThat(argoCd(fresh).get("status").tojstring()).isEqualTo("Progressing");
  }

  @Test
  void noAnnotationOfUsersIsADifference() {
    List<String> pointers =
        YAML.convertValue(
            block("Application").at("/spec/ignoreDifferences/0/jsonPointers"),
            new TypeReference<>() {});
    for (String annotation : List.of(Names.LAST_ACTIVE, Names.RESTARTED_AT)) {
      assertThat(pointers).contains("/metadata/annotations/" + annotation.replace("/", "~1"));
    }
  }

  @ParameterizedTest
  @CsvSource({"True, Accepted, Current", "Unknown, NotChecked, Current", "False, Invalid, Failed"})
  void fluxWaitsForTheCheckOfATemplateAndNotForItsRollOut(
      String valid, String reason, String expected) {
    ObjectNode template = new ObjectMapper().createObjectNode();
    template.withObject("/metadata").put("generation", 2);
    ObjectNode status = template.withObject("/status").put("observedGeneration", 2);
    JsonNode checks = templateChecks();
    assertThat(flux(checks, template)).isEqualTo("InProgress");
    condition(status, "Valid", valid, reason);
    condition(status, "UpToDate", "False", "RollingOut");
    assertThat(flux(checks, template)).isEqualTo(expected);
  }

  /** The only block that is a list. */
  private static JsonNode templateChecks() {
    JsonNode checks =
        Pattern.compile("(?ms)^```yaml\n(- .*?)^```")
            .matcher(GUIDE)
            .results()
            .map(GitOpsGuideTest::parsed)
            .findFirst()
            .orElseThrow()
            .path(0);
    assertThat(checks.path("kind").asText()).isEqualTo("McpSessionTemplate");
    return checks;
  }

  private static boolean isHealthy(String reason) {
    return reason.equals("Serving") || ON_PURPOSE.contains(reason);
  }

  private static ObjectNode session(String reason) {
    ObjectNode session = new ObjectMapper().createObjectNode();
    session.withObject("/metadata").put("generation", 2);
    ObjectNode status = session.withObject("/status").put("observedGeneration", 2);
    condition(status, "Ready", reason.equals("Serving") ? "True" : "False", reason);
    condition(status, "UpToDate", "False", "Suspended");
    condition(status, "ActivityValid", "True", "Annotated");
    if (STALLED.contains(reason)) {
      condition(status, "Stalled", "True", reason);
    }
    return session;
  }

  private static void condition(ObjectNode status, String type, String value, String reason) {
    status
        .withArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", value)
        .put("reason", reason)
        .put("message", "why");
  }

  private static String flux(JsonNode session) {
    JsonNode checks = block("Kustomization").at("/spec/healthCheckExprs/0");
    assertThat(checks.path("kind").asText()).isEqualTo("McpSession");
    return flux(checks, session);
  }

  /** In the order of Flux' RFC 9; types are not known there. */
  private static String flux(JsonNode checks, JsonNode object) {
    JsonNode observed = object.at("/status/observedGeneration");
    if (!observed.isMissingNode() && !observed.equals(object.at("/metadata/generation"))) {
      return "InProgress";
    }
    assertThat(checks.path("apiVersion").asText()).isEqualTo("mcpsession.dev/v1alpha1");
    for (String outcome : List.of("inProgress", "failed", "current")) {
      if (checks.has(outcome) && isTrue(checks.path(outcome).asText(), object)) {
        return outcome.substring(0, 1).toUpperCase(Locale.ROOT) + outcome.substring(1);
      }
    }
    return "InProgress";
  }

  private static boolean isTrue(String expression, JsonNode session) {
    try {
      Cel cel =
          CelFactory.standardCelBuilder()
              .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
              .addVar("metadata", SimpleType.DYN)
              .addVar("status", SimpleType.DYN)
              .build();
      Map<String, Object> variables = YAML.convertValue(session, new TypeReference<>() {});
      return (Boolean) cel.createProgram(cel.compile(expression).getAst()).eval(variables);
    } catch (CelException e) {
      throw new IllegalArgumentException(expression, e);
    }
  }

  private static LuaValue argoCd(JsonNode session) {
    String script =
        block("ConfigMap")
            .path("data")
            .path("resource.customizations.health.mcpsession.dev_McpSession")
            .asText();
    Globals globals = JsePlatform.standardGlobals();
    globals.set("obj", lua(session));
    return globals.load(script).call();
  }

  private static LuaValue lua(JsonNode node) {
    if (node.isObject()) {
      LuaTable table = new LuaTable();
      node.properties().forEach(field -> table.set(field.getKey(), lua(field.getValue())));
      return table;
    }
    if (node.isArray()) {
      LuaTable table = new LuaTable();
      node.forEach(element -> table.set(table.length() + 1, lua(element)));
      return table;
    }
    return node.isNumber() ? LuaValue.valueOf(node.asInt()) : LuaValue.valueOf(node.asText());
  }

  /** The only YAML block of this kind. */
  private static JsonNode block(String kind) {
    List<JsonNode> found =
        Pattern.compile("(?ms)^```yaml\n(.*?)^```")
            .matcher(GUIDE)
            .results()
            .map(GitOpsGuideTest::parsed)
            .filter(block -> block.path("kind").asText().equals(kind))
            .toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  private static JsonNode parsed(MatchResult block) {
    try {
      return YAML.readTree(block.group(1));
    } catch (IOException e) {
      throw new IllegalArgumentException(block.group(), e);
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
