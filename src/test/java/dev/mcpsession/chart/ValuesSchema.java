package dev.mcpsession.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** What values.schema.json says of single keys. */
final class ValuesSchema {
  /** Their content is Kubernetes' or the user's, so null removes what is there by default. */
  private static final Set<String> FREE =
      Set.of(
          "kubernetesObject",
          "kubernetesObjects",
          "optionalSelector",
          "podSecurityContext",
          "resources",
          "securityContext",
          "strings",
          "updateStrategy");

  private static final JsonNode ROOT = read();

  private ValuesSchema() {}

  /** Whether this key, or one that it is below, holds what Kubernetes or the user defines. */
  static boolean isOfKubernetes(List<String> key) {
    JsonNode schema = ROOT;
    for (String name : key) {
      schema = schema.path("properties").path(name);
      String definition = schema.path("$ref").asText().replace("#/definitions/", "");
      if (FREE.contains(definition)) {
        return true;
      }
      if (!definition.isEmpty()) {
        schema = ROOT.path("definitions").path(definition);
      }
    }
    if (schema.isMissingNode()) {
      throw new IllegalArgumentException("values.schema.json does not know " + key);
    }
    return false;
  }

  static JsonNode root() {
    return ROOT;
  }

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
