package dev.mcpsession.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.Remembered;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.SharedState;
import dev.mcpsession.plan.observed.TokenCall;
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

/**
 * One golden case: {@code in.yaml} is the observation, {@code out.yaml} the plan.
 *
 * <p>{@code in.yaml} contains only the differences from the file that its {@code base} names
 * (session.yaml by default): objects are merged, null removes. Pods are a map by revision,
 * conditions a map by type. {@code current} stands for the hash of the current spec, as a Pod's
 * template and as an attempt's inputs; a suffix appended to it is kept.
 *
 * <p>{@code out.yaml} contains the actions, and the changes to the status; a removed field is null.
 */
public final class PlanCase {
  private static final String CURRENT = "current";
  private static final Set<String> SEALED =
      Set.of("source", "tokenCall", "revocation", "setback", "serviceSetback");

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
  private interface Named {}

  static final YAMLMapper YAML =
      YAMLMapper.builder()
          .addModule(new JavaTimeModule())
          .addMixIn(Action.class, Named.class)
          .addMixIn(SessionEvent.class, Named.class)
          .addMixIn(SourceState.class, Named.class)
          .addMixIn(TokenCall.class, Named.class)
          .addMixIn(RevocationCall.class, Named.class)
          .addMixIn(ApiRejection.class, Named.class)
          .registerSubtypes(SourceState.class.getPermittedSubclasses())
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

  /** Names in the golden files that differ from those in the code. */
  private static final Map<String, String> FORMER_NAMES =
      Map.of("ForgetRejection", "ForgetSetback");

  private final Observation seen;
  private final Instant now;
  private final Inputs inputs;

  private PlanCase(Observation seen, Instant now, Inputs inputs) {
    this.seen = seen;
    this.now = now;
    this.inputs = inputs;
  }

  /** The observation. */
  public Observation seen() {
    return seen;
  }

  /** When the planner runs. */
  public Instant now() {
    return now;
  }

  /** The observation after the plan wrote its status and discarded results, and nothing else. */
  Observation after(Plan plan) {
    ObservedSession session = seen.session();
    Remembered memory = seen.memory();
    return new Observation(
        new ObservedSession(
            session.key(),
            session.resourceVersion(),
            session.generation(),
            session.createdAt(),
            session.deletedAt(),
            session.deletedAt() == null ? session.spec().wantsRevocation() : session.finalizer(),
            session.spec(),
            plan.status(),
            session.lastActive(),
            session.restartedAt()),
        seen.children(),
        seen.source(),
        new Remembered(
            has(plan, new Action.ForgetToken()) ? new TokenCall.None() : memory.tokenCall(),
            memory.tokenCallInputs(),
            memory.revocation(),
            memory.serviceRejection(),
            has(plan, new Action.ForgetRejection())
                ? new ApiRejection.None()
                : memory.childRejection()),
        new SharedState(
            seen.shared().slotFree(),
            seen.shared().namespaceGuarded() || has(plan, new Action.GuardNamespace())));
  }

  private static boolean has(Plan plan, Action action) {
    return plan.actions().contains(action);
  }

  /** Reads a case, and the files that it is based on. */
  public static PlanCase read(Path in) throws IOException {
    ObjectNode tree = withBases(in);
    tree.remove(List.of("about", "base"));
    Instant now = Instant.parse(tree.remove("now").asText());
    pods(tree);
    conditions((ObjectNode) tree.get("status"));
    SEALED.stream()
        .filter(field -> !tree.has(field))
        .forEach(
            field ->
                tree.putObject(field).putObject(field.equals("source") ? "Unwatched" : "None"));
    Inputs inputs = inputs(tree);
    replace(tree, "template", CURRENT, inputs.template());
    replace(tree, "inputs", CURRENT, inputs.hash());
    replace(tree, "tokenCallInputs", CURRENT, inputs.hash());
    return new PlanCase(YAML.treeToValue(grouped(tree), Observation.class), now, inputs);
  }

  /** Groups of an observation's fields, which are flat in the cases. */
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
                  "status",
                  "lastActive",
                  "restartedAt"),
          "children", fields("pods", "service"),
          "memory",
              fields(
                  "tokenCall",
                  "tokenCallInputs",
                  "revocation",
                  "serviceSetback=serviceRejection",
                  "setback=childRejection"),
          "shared", fields("slotFree", "guarded=namespaceGuarded"));

  private static Map<String, String> fields(String... names) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name : names) {
      String[] both = name.split("=", 2);
      fields.put(both[0], both[both.length - 1]);
    }
    return fields;
  }

  private static ObjectNode grouped(ObjectNode flat) {
    ObjectNode grouped = YAML.createObjectNode();
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
    grouped.setAll(flat); // fields without a group, and unknown ones, which are an error
    return grouped;
  }

  private static ObjectNode withBases(Path file) throws IOException {
    ObjectNode own = (ObjectNode) YAML.readTree(Files.readString(file));
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
          YAML.createObjectNode()
              .put("name", tree.at("/session/name").asText() + "-" + pod.getKey())
              .put("uid", "pod-" + pod.getKey())
              .put("revision", Integer.parseInt(pod.getKey()))
              .put("owned", true)
              .put("port", 8080)
              .put("template", CURRENT)
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
      ObjectNode full = YAML.createObjectNode().put("type", condition.getKey());
      full.setAll((ObjectNode) condition.getValue());
      list.add(full);
    }
  }

  private static Inputs inputs(ObjectNode tree) throws IOException {
    return Inputs.of(
        YAML.treeToValue(tree.get("spec"), McpSessionSpec.class),
        tree.path("restartedAt").asText(null),
        YAML.treeToValue(tree.get("source"), SourceState.class).input());
  }

  /** The plan in the format of out.yaml. */
  String render(Plan plan) throws IOException {
    ObjectNode out = YAML.createObjectNode();
    ArrayNode actions = out.putArray("actions");
    for (Action action : plan.actions()) {
      ObjectNode step = YAML.valueToTree(action);
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
    ObjectNode changes = difference(tree(seen.session().status()), tree(plan.status()));
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
    replace(out, "inputs", inputs.hash(), CURRENT);
    return YAML.writeValueAsString(out);
  }

  private static ObjectNode tree(McpSessionStatus status) {
    if (status == null) {
      return YAML.createObjectNode();
    }
    ObjectNode tree = YAML.valueToTree(status);
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
    ObjectNode changes = YAML.createObjectNode();
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

  private static void replace(JsonNode tree, String field, String old, String value) {
    String text = tree.path(field).asText("");
    if (tree instanceof ObjectNode object && (text.equals(old) || text.startsWith(old + "-"))) {
      object.put(field, value + text.substring(old.length()));
    }
    tree.forEach(child -> replace(child, field, old, value));
  }
}
