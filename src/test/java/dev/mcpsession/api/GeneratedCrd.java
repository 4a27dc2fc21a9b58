package dev.mcpsession.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A CustomResourceDefinition as the records of this package describe it. */
final class GeneratedCrd {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private final Kind kind;
  private final ObjectNode crd;

  private GeneratedCrd(Kind kind, ObjectNode crd) {
    this.kind = kind;
    this.crd = crd;
  }

  /** A custom resource, and what it is in words. */
  enum Kind {
    SESSION(
        McpSession.class,
        McpSessionSpec.class,
        McpSessionStatus.class,
        "One user's session with one MCP server: a backend Pod of its own that carries that user's"
            + " upstream token, replaced before the token expires and deleted or suspended once"
            + " nobody uses it.",
        "What the session shall be.",
        "Where the session stands; written by the operator alone."),
    TEMPLATE(
        McpSessionTemplate.class,
        McpSessionTemplateSpec.class,
        McpSessionTemplateStatus.class,
        "What an administrator offers, once, for all users: McpSessions that name the template take"
            + " from it what they do not say themselves. A change of it replaces their backends, a"
            + " few at a time.",
        "What is offered, and to whom.",
        "How far the sessions of the template are; written by the operator alone."),
    CONNECTION(
        McpConnection.class,
        McpConnectionSpec.class,
        McpConnectionStatus.class,
        "One MCP session id of the protocol's legacy versions, written by the session gateway"
            + " alone: a light handle on the session of the client that holds it. The object's name"
            + " is derived from a hash of the id, which is stored nowhere.",
        "Whose id it is, and what its client said when it got it.",
        "Where the id leads now, and what a later backend has to be told.");

    private final Class<? extends CustomResource<?, ?>> resource;
    private final Class<?> spec;
    private final Class<?> status;
    private final String description;
    private final String specDescription;
    private final String statusDescription;

    Kind(
        Class<? extends CustomResource<?, ?>> resource,
        Class<?> spec,
        Class<?> status,
        String description,
        String specDescription,
        String statusDescription) {
      this.resource = resource;
      this.spec = spec;
      this.status = status;
      this.description = description;
      this.specDescription = specDescription;
      this.statusDescription = statusDescription;
    }

    /** Name of the committed file. */
    String fileName() {
      return CustomResource.getCRDName(resource) + "-v1.yaml";
    }
  }

  static GeneratedCrd generate(Kind kind) {
    try {
      var output = new Output();
      new CRDGenerator()
          .customResourceClasses(List.of(kind.resource))
          .forCRDVersions("v1")
          .withOutput(output)
          .generate();
      var generated =
          new GeneratedCrd(kind, (ObjectNode) YAML.readTree(output.bytes.toByteArray()));
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

  Kind kind() {
    return kind;
  }

  /** The schema of the object. */
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
    if (kind != Kind.CONNECTION) { // made by machines: not for kubectl get mcp
      names.putArray("categories").add("mcp");
    }
    names.put("listKind", kind.resource.getSimpleName() + "List");

    var columns = (ArrayNode) version().path("additionalPrinterColumns");
    version().set("additionalPrinterColumns", inDeclaredOrder(columns));

    ObjectNode schema = schema();
    schema.put("description", kind.description);
    schema.putArray("required").add("spec");
    if (kind == Kind.CONNECTION) {
      version().remove("subresources"); // made by one write
      ((ArrayNode) schema.path("required")).add("status");
    }
    ObjectNode spec = (ObjectNode) schema.at("/properties/spec");
    spec.put("description", kind.specDescription);
    ObjectNode status = (ObjectNode) schema.at("/properties/status");
    status.put("description", kind.statusDescription);

    var completion = new SchemaCompletion();
    completion.complete(kind.spec, spec);
    completion.complete(kind.status, status);
    SchemaCompletion.withoutRepeatedRules(schema);
  }

  /** The generator sorts columns by their path. */
  private ArrayNode inDeclaredOrder(ArrayNode columns) {
    Map<String, ObjectNode> byName = new HashMap<>();
    for (JsonNode column : columns) {
      var object = (ObjectNode) column;
      if (object.path("priority").asInt() == 0) {
        object.remove("priority");
      }
      byName.put(object.path("name").asText(), object);
    }
    ArrayNode ordered = columns.arrayNode();
    for (var column : kind.resource.getAnnotationsByType(AdditionalPrinterColumn.class)) {
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
