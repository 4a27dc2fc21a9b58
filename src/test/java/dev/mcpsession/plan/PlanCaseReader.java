package dev.mcpsession.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code in.yaml} and the files that it differs from. */
final class PlanCaseReader {
  private static final Set<String> SEALED =
      Set.of("source", "tokenCall", "revocation", "setback", "serviceSetback", "sessionTemplate");

  /** What a case says that does not mention them; of the others {@code None}. */
  private static final Map<String, String> UNSAID =
      Map.of("source", "Unwatched", "sessionTemplate", "NotUsed");

  private PlanCaseReader() {}

  /** Reads a case, and the files that it differs from. */
  static PlanCase read(Path in) throws IOException {
    ObjectNode tree = withBases(in);
    tree.remove(List.of("about", "base"));
    Instant now = Instant.parse(tree.remove("now").asText());
    pods(tree);
    if (tree.get("service") instanceof ObjectNode service) {
      for (String flag : List.of("byUid", "labelled")) {
        if (!service.has(flag)) {
          service.put(flag, true);
        }
      }
    }
    conditions((ObjectNode) tree.get("status"));
    SEALED.stream()
        .filter(field -> !tree.has(field))
        .forEach(field -> tree.putObject(field).putObject(UNSAID.getOrDefault(field, "None")));
    if (!tree.has("signs")) {
      tree.putObject("signs");
    }
    for (String list : List.of("lostPods", "undeletedSecrets", "failing")) {
      if (!tree.has(list)) {
        tree.putArray(list);
      }
    }
    Inputs inputs = inputs(tree);
    PlanCaseYaml.replace(tree, "template", PlanCaseYaml.CURRENT, inputs.template());
    PlanCaseYaml.replace(tree, "inputs", PlanCaseYaml.CURRENT, inputs.hash());
    PlanCaseYaml.replace(tree, "tokenCallInputs", PlanCaseYaml.CURRENT, inputs.hash());
    return new PlanCase(
        PlanCaseYaml.YAML.treeToValue(grouped(tree), Observation.class), now, inputs);
  }

  /** The cases are flat; an observation is grouped. */
  private static final Map<String, Map<String, String>> GROUPS =
      Map.of(
          "session",
              fields(
                  "session=key",
                  "resourceVersion",
                  "generation",
                  "createdAt",
                  "deletedAt",
                  "finalizer",
                  "spec",
                  "sessionTemplate=template",
                  "status",
                  "lastActive",
                  "released",
                  "restartedAt"),
          "children", fields("pods", "service"),
          "memory",
              fields(
                  "tokenCall",
                  "tokenCallInputs",
                  "fruitlessTokenCalls",
                  "revocation",
                  "serviceSetback=serviceRejection",
                  "setback=childRejection",
                  "lostPods",
                  "undeletedSecrets",
                  "failing",
                  "signs",
                  "roomSince"),
          "shared", fields("guarded=namespaceGuarded"),
          "slot", fields("slotFree=free", "slotNeeded=needed", "slotHolders=holders"));

  private static Map<String, String> fields(String... names) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name : names) {
      String[] both = name.split("=", 2);
      fields.put(both[0], both[both.length - 1]);
    }
    return fields;
  }

  private static ObjectNode grouped(ObjectNode flat) {
    ObjectNode grouped = PlanCaseYaml.YAML.createObjectNode();
    GROUPS.forEach(
        (group, fields) -> {
          ObjectNode into = grouped.putObject(group);
          fields.forEach(
              (name, now) -> {
                JsonNode value = flat.remove(name);
                if (value != null) {
                  into.set(now, value);
                }
              });
        });
    ((ObjectNode) grouped.get("shared")).set("slot", grouped.remove("slot"));
    grouped.setAll(flat); // what is in no group, and what nothing knows, which is an error
    return grouped;
  }

  private static ObjectNode withBases(Path file) throws IOException {
    ObjectNode own = (ObjectNode) PlanCaseYaml.YAML.readTree(Files.readString(file));
    Path folder =
        file.getFileName().toString().equals("in.yaml")
            ? file.resolve("../..")
            : file.resolve("..");
    if (file.getFileName().toString().equals("session.yaml")) {
      return own;
    }
    String base = own.path("base").asText("session");
    ObjectNode tree = withBases(folder.normalize().resolve(base + ".yaml"));
    merge(tree, own);
    return tree;
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      JsonNode old = into.get(field.getKey());
      if (field.getValue().isNull()) {
        into.remove(field.getKey());
      } else if (old instanceof ObjectNode object
          && field.getValue() instanceof ObjectNode changes
          && !SEALED.contains(field.getKey())) {
        merge(object, changes);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  private static void pods(ObjectNode tree) {
    JsonNode pods = tree.remove("pods");
    ArrayNode list = tree.putArray("pods");
    for (Map.Entry<String, JsonNode> pod : pods.properties()) {
      ObjectNode full =
          PlanCaseYaml.YAML
              .createObjectNode()
              .put("name", tree.at("/session/name").asText() + "-" + pod.getKey())
              .put("uid", "pod-" + pod.getKey())
              .put("revision", Integer.parseInt(pod.getKey()))
              .put("owned", true)
              .put("carriesUid", true)
              .put("labelled", true)
              .put("port", 8080)
              .put("template", PlanCaseYaml.CURRENT)
              .put("unschedulable", "")
              .put("trouble", "");
      merge(full, (ObjectNode) pod.getValue());
      list.add(full);
    }
  }

  private static void conditions(ObjectNode status) {
    if (status == null || !status.has("conditions")) {
      return;
    }
    JsonNode byType = status.remove("conditions");
    ArrayNode list = status.putArray("conditions");
    for (Map.Entry<String, JsonNode> condition : byType.properties()) {
      ObjectNode full = PlanCaseYaml.YAML.createObjectNode().put("type", condition.getKey());
      full.setAll((ObjectNode) condition.getValue());
      list.add(full);
    }
  }

  private static Inputs inputs(ObjectNode tree) throws IOException {
    return Inputs.of(
        PlanCaseYaml.YAML.treeToValue(tree.get("spec"), McpSessionSpec.class),
        tree.path("restartedAt").asText(null),
        PlanCaseYaml.YAML.treeToValue(tree.get("source"), SourceState.class).input());
  }
}
