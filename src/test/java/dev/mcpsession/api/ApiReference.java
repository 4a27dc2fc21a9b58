package dev.mcpsession.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables of docs/api.md that follow from a schema. */
final class ApiReference {
  /** Not described here, or described once, for a session. */
  private static final Set<String> ELSEWHERE =
      Set.of("podTemplate.spec", "session.podTemplate", "session.token");

  private final JsonNode schema;

  ApiReference(JsonNode schema) {
    this.schema = schema;
  }

  /** One row a field of spec or status, with all it contains below it. */
  String fields(String part) {
    List<String> rows = new ArrayList<>();
    rows.add("| Field | Type | Default | Allowed | Meaning |");
    rows.add("|---|---|---|---|---|");
    addFields("", schema.path("properties").path(part), rows);
    return String.join("\n", rows);
  }

  /** What the API server checks across fields or over time, and what it says. */
  String rules() {
    List<String> rows = new ArrayList<>();
    rows.add("| On | Message | Rule (CEL) |");
    rows.add("|---|---|---|");
    addRules("", schema, rows);
    return String.join("\n", rows);
  }

  private static void addFields(String path, JsonNode object, List<String> rows) {
    List<String> required = object.path("required").valueStream().map(JsonNode::asText).toList();
    object
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String name = path + property.getKey();
              JsonNode field = property.getValue();
              rows.add(row(name, field, required.contains(property.getKey())));
              if (!ELSEWHERE.contains(name)) {
                addFields(name + ".", field, rows);
                addFields(name + "[].", field.path("items"), rows);
              }
            });
  }

  private static String row(String name, JsonNode field, boolean required) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            name,
            type(field),
            required ? "required" : field.has("default") ? code(field.path("default")) : "",
            allowed(field),
            field.path("description").asText());
  }

  private static String type(JsonNode field) {
    String type = field.path("type").asText();
    if (field.path("format").asText().equals("date-time")) {
      return "time";
    }
    if (field.has("additionalProperties")) {
      return "map of " + field.path("additionalProperties").path("type").asText();
    }
    return type.equals("array") ? "list of " + field.path("items").path("type").asText() : type;
  }

  private static String allowed(JsonNode field) {
    List<String> parts = new ArrayList<>();
    if (field.has("enum")) {
      parts.add(
          field
              .path("enum")
              .valueStream()
              .map(ApiReference::code)
              .collect(Collectors.joining(", ")));
    }
    range(field, "minimum", "maximum", "").ifPresent(parts::add);
    range(field, "minLength", "maxLength", " characters").ifPresent(parts::add);
    if (field.has("pattern") && !field.has("format")) {
      parts.add(code(field.path("pattern")));
    }
    return String.join("; ", parts);
  }

  private static Optional<String> range(JsonNode field, String min, String max, String unit) {
    if (field.has(min) && field.has(max)) {
      return Optional.of(field.path(min).asText() + " to " + field.path(max).asText() + unit);
    }
    if (field.has(max)) {
      return Optional.of("at most " + field.path(max).asText() + unit);
    }
    return Optional.ofNullable(
        field.has(min) ? "at least " + field.path(min).asText() + unit : null);
  }

  private static void addRules(String path, JsonNode node, List<String> rows) {
    for (JsonNode rule : node.path("x-kubernetes-validations")) {
      rows.add(
          "| %s | %s | %s |"
              .formatted(
                  path.isEmpty() ? "the object" : "`" + path + "`",
                  rule.path("message").asText(),
                  code(rule.path("rule"))));
    }
    node.path("properties")
        .properties()
        .forEach(
            p ->
                addRules(
                    path.isEmpty() ? p.getKey() : path + "." + p.getKey(), p.getValue(), rows));
  }

  private static String code(JsonNode value) {
    return "`" + value.asText().replace("|", "\\|") + "`";
  }
}
