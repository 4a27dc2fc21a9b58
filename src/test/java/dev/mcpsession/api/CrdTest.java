package dev.mcpsession.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.docs.GeneratedDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrdTest {
  @ParameterizedTest
  @EnumSource
  void theCommittedDefinitionsAreWhatTheRecordsSay(GeneratedCrd.Kind kind) {
    GeneratedCrd crd = GeneratedCrd.generate(kind);
    for (String folder : List.of("crds", "config/crd", "charts/mcp-session-operator/files")) {
      new GeneratedDocument(Path.of(folder, kind.fileName())).mustBe(crd.yaml());
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientSideApplyCanStoreItInAnAnnotation(GeneratedCrd.Kind kind) {
    GeneratedCrd crd = GeneratedCrd.generate(kind);
    assertThat(crd.yaml().getBytes(UTF_8)).hasSizeLessThan(256 * 1024);
    assertThat(crd.json().getBytes(UTF_8)).hasSizeLessThan(256 * 1024);
  }

  @ParameterizedTest
  @EnumSource
  void everyFieldOfOursIsDescribed(GeneratedCrd.Kind kind) {
    GeneratedCrd crd = GeneratedCrd.generate(kind);
    List<String> undescribed = new ArrayList<>();
    collectUndescribed("", crd.schema(), undescribed);
    assertThat(undescribed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TEMPLATE"})
  void thePodSpecIsNotDescribed(GeneratedCrd.Kind kind) {
    assertThat(podSpec(GeneratedCrd.generate(kind)).path("properties").findValues("description"))
        .allMatch(JsonNode::isObject, "only a field that is called description");
  }

  /** The gateway makes spec and status by one write; kubectl get mcp is for what people make. */
  @Test
  void aConnectionHasNeitherAStatusSubresourceNorACategory() {
    assertThat(GeneratedCrd.generate(GeneratedCrd.Kind.CONNECTION).yaml())
        .doesNotContain("subresources")
        .doesNotContain("categories");
  }

  @ParameterizedTest
  @EnumSource
  void everyDefaultIsSaidInTheDescription(GeneratedCrd.Kind kind) {
    GeneratedCrd crd = GeneratedCrd.generate(kind);
    List<String> silent = new ArrayList<>();
    collectSilentDefaults("", crd.schema(), silent);
    assertThat(silent).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void noRuleIsStatedTwice(GeneratedCrd.Kind kind) {
    GeneratedCrd crd = GeneratedCrd.generate(kind);
    assertThat(crd.schema().findValues("x-kubernetes-validations"))
        .isNotEmpty()
        .allSatisfy(rules -> assertThat(rules).doesNotHaveDuplicates());
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberIsOneThatTheOperatorCanHold(GeneratedCrd.Kind kind) {
    GeneratedCrd crd = GeneratedCrd.generate(kind);
    assertThat(crd.schema().findParents("type"))
        .filteredOn(node -> node.path("type").asText().equals("integer"))
        .filteredOn(node -> node.size() > 1)
        .allMatch(node -> node.path("format").asText().startsWith("int"));
  }

  private static JsonNode podSpec(GeneratedCrd crd) {
    return crd.schema().findValue("podTemplate").at("/properties/spec");
  }

  private void collectUndescribed(String path, JsonNode schema, List<String> found) {
    if (!schema.path("description").isTextual()) {
      found.add(path);
    }
    if (path.endsWith(".podTemplate.spec")) {
      return;
    }
    schema
        .path("properties")
        .properties()
        .forEach(p -> collectUndescribed(path + "." + p.getKey(), p.getValue(), found));
    schema
        .at("/items/properties")
        .properties()
        .forEach(p -> collectUndescribed(path + "[]." + p.getKey(), p.getValue(), found));
  }

  /** A template may give it, and the schema would hide that a session left it out. */
  @Test
  void noFieldThatATemplateGivesHasADefaultInTheSchema() {
    JsonNode session =
        GeneratedCrd.generate(GeneratedCrd.Kind.SESSION).schema().at("/properties/spec/properties");
    JsonNode template =
        GeneratedCrd.generate(GeneratedCrd.Kind.TEMPLATE)
            .schema()
            .at("/properties/spec/properties/session/properties");
    assertThat((Iterable<String>) template::fieldNames)
        .isNotEmpty()
        .allSatisfy(field -> assertThat(session.path(field).isObject()).isTrue())
        .noneMatch(field -> session.path(field).has("default"))
        .noneMatch(field -> template.path(field).has("default"));
  }

  private void collectSilentDefaults(String path, JsonNode schema, List<String> found) {
    schema
        .path("properties")
        .properties()
        .forEach(
            p -> {
              JsonNode field = p.getValue();
              String description = field.path("description").asText();
              if (field.has("default")
                  && !(description.contains("Default " + field.path("default").asText())
                      || description.contains(field.path("default").asText() + " (the default)"))) {
                found.add(path + "." + p.getKey());
              }
              collectSilentDefaults(path + "." + p.getKey(), field, found);
            });
  }
}
