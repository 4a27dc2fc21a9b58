package dev.mcpsession.api;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeDevice;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks a schema together with the Java type that it was generated from, and adds what keeps out
 * objects that the type could not hold. The API server would store a port of ten digits, and one
 * such session would end the operator's watch of all sessions.
 */
final class SchemaCompletion {
  /** As controller-gen writes it for {@code resource.Quantity}. */
  private static final String QUANTITY =
      "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"
          + "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

  /**
   * UTC with at most nanoseconds: the format date-time also lets through offsets of 25 hours and
   * fractions of twenty digits.
   */
  private static final String INSTANT =
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$";

  /** Without these Kubernetes refuses every Pod. */
  private static final Map<Class<?>, List<String>> REQUIRED =
      Map.of(
          PodSpec.class, List.of("containers"),
          Container.class, List.of("name"),
          EphemeralContainer.class, List.of("name"),
          ContainerPort.class, List.of("containerPort"),
          EnvVar.class, List.of("name"),
          KeyToPath.class, List.of("key", "path"),
          Volume.class, List.of("name"),
          VolumeDevice.class, List.of("devicePath", "name"),
          VolumeMount.class, List.of("mountPath", "name"));

  /**
   * Keys that Kubernetes itself wants to be unique. Not the name of a variable: a Pod may have the
   * same one twice, and the last counts.
   */
  private static final Map<Class<?>, String> LIST_KEYS =
      Map.of(
          Condition.class, "type",
          Container.class, "name",
          EphemeralContainer.class, "name",
          Volume.class, "name",
          VolumeDevice.class, "devicePath",
          VolumeMount.class, "mountPath");

  private final JsonMapper types = new JsonMapper();

  void complete(Class<?> type, ObjectNode schema) {
    complete(types.constructType(type), schema);
  }

  private void complete(JavaType type, ObjectNode schema) {
    Class<?> raw = type.getRawClass();
    if (raw == Integer.class || raw == int.class) {
      schema.put("format", "int32");
      withoutFraction(schema, "minimum");
      withoutFraction(schema, "maximum");
    } else if (raw == Long.class || raw == long.class) {
      schema.put("format", "int64");
      withoutFraction(schema, "minimum");
    } else if (raw == Instant.class) {
      schema.put("pattern", INSTANT);
    } else if (raw == IntOrString.class) {
      // In a Pod spec always a port; says nothing about strings.
      schema.put("minimum", 1).put("maximum", 65535);
    } else if (raw == Quantity.class) {
      schema.put("pattern", QUANTITY);
    } else if (type.isMapLikeType()) {
      complete(type.getContentType(), (ObjectNode) schema.path("additionalProperties"));
    } else if (type.isCollectionLikeType()) {
      complete(type.getContentType(), (ObjectNode) schema.path("items"));
      String key = LIST_KEYS.get(type.getContentType().getRawClass());
      if (key != null) {
        schema.putArray("x-kubernetes-list-map-keys").add(key);
        schema.put("x-kubernetes-list-type", "map");
      }
    } else if (schema.has("properties")) {
      completeObject(type, schema);
    }
  }

  private void completeObject(JavaType type, ObjectNode schema) {
    JsonNode properties = schema.path("properties");
    for (BeanPropertyDefinition property :
        types.getSerializationConfig().introspect(type).findProperties()) {
      if (properties.path(property.getName()) instanceof ObjectNode child) {
        complete(property.getPrimaryType(), child);
      }
    }
    List<String> required = REQUIRED.get(type.getRawClass());
    if (required != null) {
      required.forEach(schema.putArray("required")::add);
    }
    if (type.hasRawClass(PodSpec.class)) {
      ((ObjectNode) properties.path("containers")).put("minItems", 1);
    }
  }

  private static void withoutFraction(ObjectNode schema, String field) {
    if (schema.has(field)) {
      schema.set(field, LongNode.valueOf(schema.path(field).longValue()));
    }
  }

  /** The generator sees a rule on a record's component twice: on the field and on the accessor. */
  static void withoutRepeatedRules(JsonNode schema) {
    if (schema.path("x-kubernetes-validations") instanceof ArrayNode rules) {
      Set<JsonNode> seen = new HashSet<>();
      for (var each = rules.iterator(); each.hasNext(); ) {
        if (!seen.add(each.next())) {
          each.remove();
        }
      }
    }
    schema.forEach(SchemaCompletion::withoutRepeatedRules);
  }
}
