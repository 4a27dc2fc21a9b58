package dev.mcpsession.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * The generation of a template, and what a session takes from it.
 *
 * @param generation the template's metadata.generation
 * @param given names of the fields of spec that the template sets and the session does not
 */
record TemplateUse(long generation, List<String> given) {
  private static final ObjectMapper JSON = new ObjectMapper();

  TemplateUse {
    given = List.copyOf(given);
  }

  /**
   * @param own the session's spec as it is stored
   */
  static TemplateUse of(McpSessionSpec own, McpSessionTemplate template) {
    JsonNode said = JSON.valueToTree(own);
    List<String> given = new ArrayList<>();
    JSON.valueToTree(template.getSpec().session())
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!said.has(field)) {
                given.add(field);
              }
            });
    Long generation = template.getMetadata().getGeneration();
    return new TemplateUse(generation == null ? 0 : generation, given);
  }

  @Override
  public String toString() {
    return "generation "
        + generation
        + (given.isEmpty() ? "" : ", which gives " + String.join(", ", given));
  }
}
