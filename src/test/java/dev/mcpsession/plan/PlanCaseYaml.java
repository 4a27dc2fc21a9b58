package dev.mcpsession.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.SourceState;

/** The notation of golden cases: sealed types by their name, hashes of what is wanted as a word. */
final class PlanCaseYaml {
  /** Stands for a hash of what the spec asks for now. */
  static final String CURRENT = "current";

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
  private interface Named {}

  static final YAMLMapper YAML =
      YAMLMapper.builder()
          .addModule(new JavaTimeModule())
          .addMixIn(Action.class, Named.class)
          .addMixIn(SessionEvent.class, Named.class)
          .addMixIn(SourceState.class, Named.class)
          .addMixIn(ObservedTemplate.class, Named.class)
          .addMixIn(TokenCall.class, Named.class)
          .addMixIn(RevocationCall.class, Named.class)
          .addMixIn(ApiRejection.class, Named.class)
          .registerSubtypes(SourceState.class.getPermittedSubclasses())
          .registerSubtypes(ObservedTemplate.class.getPermittedSubclasses())
          .registerSubtypes(TokenCall.class.getPermittedSubclasses())
          .registerSubtypes(RevocationCall.class.getPermittedSubclasses())
          .registerSubtypes(ApiRejection.class.getPermittedSubclasses())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private PlanCaseYaml() {}

  /** Puts a value for another, or for what it begins with, wherever a field has it. */
  static void replace(JsonNode tree, String field, String old, String value) {
    String text = tree.path(field).asText("");
    if (tree instanceof ObjectNode object && (text.equals(old) || text.startsWith(old + "-"))) {
      object.put(field, value + text.substring(old.length()));
    }
    tree.forEach(child -> replace(child, field, old, value));
  }
}
