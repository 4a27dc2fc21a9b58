package dev.mcpsession.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The CustomResourceDefinition as the records of this package describe it. */
final class GeneratedCrd {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private final ObjectNode crd;

  private GeneratedCrd(ObjectNode crd) {
    this.crd = crd;
  }

  static GeneratedCrd generate() {
    try {
      var output = new Output();
      new CRDGenerator()
          .customResourceClasses(List.of(McpSession.class))
          .forCRDVersions("v1")
          .withOutput(output)
          .generate();
      var generated = new GeneratedCrd((ObjectNode) YAML.readTree(output.bytes.toByteArray()));
      generated.complete();
      return generated;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole object, as it is committed. */
  String yaml() {
    try {
      return YAML.writeValueAsString(crd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole object as JSON: client-side {@code kubectl apply} stores this in an annotation. */
  String json() {
    try {
      return new ObjectMapper().writeValueAsString(crd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema of a session. */
  ObjectNode schema() {
    return (ObjectNode) version().at("/schema/openAPIV3Schema");
  }

  private ObjectNode version() {
    return (ObjectNode) crd.at("/spec/versions/0");
  }

  /** What the generator cannot know or does not do. */
  private void complete() {
    ObjectNode metadata = (ObjectNode) crd.path("metadata");
    metadata.remove("annotations");
    ObjectNode names = (ObjectNode) crd.at("/spec/names");
    names.putArray("categories").add("mcp");
    names.put("listKind", "McpSessionList");

    var columns = (ArrayNode) version().path("additionalPrinterColumns");
    version().set("additionalPrinterColumns", inDeclaredOrder(columns));

    ObjectNode schema = schema();
    schema.put(
        "description",
        "One user's session with one MCP server: a backend Pod of its own that carries that user's"
            + " upstream token, replaced before the token expires and deleted or suspended once"
            + " nobody uses it.");
    schema.putArray("required").add("spec");
    ObjectNode spec = (ObjectNode) schema.at("/properties/spec");
    spec.put("description", "What the session shall be.");
    ObjectNode status = (ObjectNode) schema.at("/properties/status");
    status.put("description", "Where the session stands; written by the operator alone.");

    var completion = new SchemaCompletion();
    completion.complete(McpSessionSpec.class, spec);
    completion.complete(McpSessionStatus.class, status);
    SchemaCompletion.withoutRepeatedRules(schema);
  }

  /** The generator sorts columns by their path. */
  private static ArrayNode inDeclaredOrder(ArrayNode columns) {
    Map<String, ObjectNode> byName = new HashMap<>();
    for (JsonNode column : columns) {
      var object = (ObjectNode) column;
      object.remove("priority");
      byName.put(object.path("name").asText(), object);
    }
    ArrayNode ordered = columns.arrayNode();
    for (var column : McpSession.class.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      ordered.add(byName.get(column.name()));
    }
    return ordered;
  }

  private static final class Output implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public ByteArrayOutputStream outputFor(String crdName) {
      return bytes;
    }

    @Override
    public void close() {}
  }
}
