package dev.mcpsession.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSessionStatus;
import java.io.IOException;
import java.util.Map;

/** Writes {@code out.yaml}: a plan as a person reads it. */
final class PlanCaseWriter {
  /** The cases keep the names that they were written with. */
  private static final Map<String, String> FORMER_NAMES =
      Map.of("ForgetRejection", "ForgetSetback");

  private PlanCaseWriter() {}

  /** The plan as out.yaml shows it. */
  static String render(PlanCase golden, Plan plan) throws IOException {
    ObjectNode out = PlanCaseYaml.YAML.createObjectNode();
    ArrayNode actions = out.putArray("actions");
    for (Action action : plan.actions()) {
      ObjectNode step = PlanCaseYaml.YAML.valueToTree(action);
      String type = step.fieldNames().next();
      JsonNode fields = step.get(type);
      JsonNode said = fields.path("event");
      String name = FORMER_NAMES.getOrDefault(type, type);
      if (fields.isEmpty()) {
        actions.add(name);
      } else if (said.isMissingNode()) {
        actions.addObject().set(name, fields);
      } else {
        actions.addObject().set(name, said);
      }
    }
    ObjectNode changes = difference(tree(golden.seen().session().status()), tree(plan.status()));
    if (plan.status() == null) {
      out.putNull("status");
    } else if (!changes.isEmpty()) {
      out.set("status", changes);
    }
    if (plan.wakeAt() != null) {
      out.put("wakeAt", plan.wakeAt().toString());
    }
    if (plan.slot() != Plan.Slot.NONE) {
      out.put("slot", plan.slot().name());
    }
    PlanCaseYaml.replace(out, "inputs", golden.inputs().hash(), PlanCaseYaml.CURRENT);
    return PlanCaseYaml.YAML.writeValueAsString(out);
  }

  private static ObjectNode tree(McpSessionStatus status) {
    if (status == null) {
      return PlanCaseYaml.YAML.createObjectNode();
    }
    ObjectNode tree = PlanCaseYaml.YAML.valueToTree(status);
    JsonNode list = tree.remove("conditions");
    ObjectNode byType = tree.putObject("conditions");
    if (list != null) {
      list.forEach(condition -> byType.set(type(condition), condition));
    }
    return tree;
  }

  private static String type(JsonNode condition) {
    String type = condition.get("type").asText();
    ((ObjectNode) condition).remove("type");
    return type;
  }

  private static ObjectNode difference(ObjectNode before, ObjectNode after) {
    ObjectNode changes = PlanCaseYaml.YAML.createObjectNode();
    for (Map.Entry<String, JsonNode> field : after.properties()) {
      JsonNode old = before.get(field.getKey());
      if (old instanceof ObjectNode was && field.getValue() instanceof ObjectNode is) {
        ObjectNode inside = difference(was, is);
        if (!inside.isEmpty()) {
          changes.set(field.getKey(), inside);
        }
      } else if (!field.getValue().equals(old)) {
        changes.set(field.getKey(), field.getValue());
      }
    }
    before.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !after.has(name))
        .forEach(changes::putNull);
    return changes;
  }
}
