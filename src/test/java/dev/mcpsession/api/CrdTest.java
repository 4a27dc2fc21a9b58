package dev.mcpsession.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.docs.GeneratedDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrdTest {
  private final GeneratedCrd crd = GeneratedCrd.generate();

  @Test
  void theCommittedDefinitionsAreWhatTheRecordsSay() {
    for (String folder : List.of("crds", "config/crd", "charts/mcp-session-operator/files")) {
      new GeneratedDocument(Path.of(folder, "mcpsessions.mcpsession.dev-v1.yaml"))
          .mustBe(crd.yaml());
    }
  }

  @Test
  void clientSideApplyCanStoreItInAnAnnotation() {
    assertThat(crd.yaml().getBytes(UTF_8)).hasSizeLessThan(256 * 1024);
    assertThat(crd.json().getBytes(UTF_8)).hasSizeLessThan(256 * 1024);
  }

  @Test
  void everyFieldOfOursIsDescribedAndThePodSpecIsNot() {
    List<String> undescribed = new ArrayList<>();
    collectUndescribed("", crd.schema(), undescribed);
    assertThat(undescribed).isEmpty();
    assertThat(podSpec().path("properties").findValues("description"))
        .allMatch(JsonNode::isObject, "only a field that is called description");
  }

  @Test
  void everyDefaultIsSaidInTheDescription() {
    List<String> silent = new ArrayList<>();
    collectSilentDefaults("", crd.schema(), silent);
    assertThat(silent).isEmpty();
  }

  @Test
  void noRuleIsStatedTwice() {
    assertThat(crd.schema().findValues("x-kubernetes-validations"))
        .isNotEmpty()
        .allSatisfy(rules -> assertThat(rules).doesNotHaveDuplicates());
  }

  @Test
  void everyNumberIsOneThatTheOperatorCanHold() {
    assertThat(crd.schema().findParents("type"))
        .filteredOn(node -> node.path("type").asText().equals("integer"))
        .filteredOn(node -> node.size() > 1)
        .allMatch(node -> node.path("format").asText().startsWith("int"));
  }

  private JsonNode podSpec() {
    return crd.schema().at("/properties/spec/properties/podTemplate/properties/spec");
  }

  private void collectUndescribed(String path, JsonNode schema, List<String> found) {
    if (!schema.path("description").isTextual()) {
      found.add(path);
    }
    if (path.equals(".spec.podTemplate.spec")) {
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
