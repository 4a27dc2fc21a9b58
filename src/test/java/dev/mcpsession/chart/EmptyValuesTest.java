package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever key of values.yaml is given without a value, the chart renders, or names the key. */
class EmptyValuesTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final KubernetesSerialization TYPES = new KubernetesSerialization();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectNode DEFAULTS = parse(Manifests.read(Chart.VALUES));

  /**
   * Of the Prometheus operator and the Gateway API, which the client does not know; the definition
   * is long.
   */
  private static final Set<String> WITHOUT_TYPE =
      Set.of(
          "ServiceMonitor",
          "PodMonitor",
          "PrometheusRule",
          "HTTPRoute",
          "CustomResourceDefinition");

  private static final Pattern BETWEEN_DOCUMENTS = Pattern.compile("(?m)^---$");

  /** Each once, however many values render it: a key changes few of them, and some are long. */
  private static final Map<String, String> DOCUMENTS = new ConcurrentHashMap<>();

  /** Those that were judged already. */
  private static final Set<String> SANE = ConcurrentHashMap.newKeySet();

  /** What was rendered, by the values. */
  private static final Map<String, Rendered> RENDERED = new ConcurrentHashMap<>();

  /** Of every key of values.yaml, at every level, the path. */
  static Stream<List<String>> keys() {
    List<List<String>> keys = new ArrayList<>();
    collect(List.of(), DEFAULTS, keys);
    return keys.stream();
  }

  @ParameterizedTest(name = "{0}")
  @Execution(ExecutionMode.CONCURRENT)
  @MethodSource("keys")
  void aKeyGivenNullOrEmptyIsLeftOutOrNamed(List<String> key) {
    for (ObjectNode context : contexts(key)) {
      for (JsonNode empty : List.of(NODES.nullNode(), NODES.objectNode(), NODES.arrayNode())) {
        Rendered rendered = render(with(context, key, empty));
        if (rendered.refusal() != null) {
          assertThat(rendered.refusal())
              .as("%s: %s", String.join(".", key), empty)
              .containsAnyOf("'" + pointer(key) + "'", String.join(".", key))
              .doesNotContain("nil pointer", "error calling", "converting YAML");
        } else {
          assertSane(String.join(".", key) + ": " + empty, rendered);
        }
      }
    }
  }

  private static String pointer(List<String> key) {
    return key.stream()
        .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  @ParameterizedTest(name = "{0}")
  @Execution(ExecutionMode.CONCURRENT)
  @MethodSource("keys")
  void nullMeansTheDefaultUnlessItRemovesAMapOfKubernetes(List<String> key) {
    if (ValuesSchema.isOfKubernetes(key)) {
      return;
    }
    for (ObjectNode context : contexts(key)) {
      assertThat(render(with(context, key, NODES.nullNode())))
          .as(String.join(".", key))
          .isEqualTo(render(without(context, key)));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void everyKeyNullAtOnceIsTheDefaultWithoutMapsOfKubernetes() {
    ObjectNode nothing = NODES.objectNode();
    DEFAULTS.fieldNames().forEachRemaining(nothing::putNull);
    Rendered rendered = render(nothing);
    assertSane("all", rendered);
    assertThat(Manifests.of(String.join("---", rendered.documents())).names())
        .isEqualTo(Chart.rendered("").names());
    assertThat(Chart.notes(nothing.toString())).isEqualTo(Chart.notes(""));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aMapOfKubernetesGivenNullIsLeftOut() {
    JsonNode pod =
        Chart.rendered(
                "{podSecurityContext: null, securityContext: null, resources: null,"
                    + " topologySpreadConstraints: null}")
            .only("Deployment")
            .at("/spec/template/spec");
    assertThat(pod.has("securityContext")).isFalse();
    assertThat(pod.has("topologySpreadConstraints")).isFalse();
    assertThat(pod.at("/containers/0").has("securityContext")).isFalse();
    assertThat(pod.at("/containers/0").has("resources")).isFalse();
    assertThat(Chart.rendered("updateStrategy: {type: Recreate, rollingUpdate: null}"))
        .extracting(chart -> chart.only("Deployment").at("/spec/strategy"))
        .hasToString("{\"type\":\"Recreate\"}");
  }

  /**
   * The defaults, and with all that can be turned on; the two monitors exclude each other. Of a
   * part that is off by default, the defaults render nothing that a key within it could change.
   */
  private static List<ObjectNode> contexts(List<String> key) {
    ObjectNode everything = parse(Samples.EVERYTHING);
    if (key.getFirst().equals("podMonitor")) {
      everything.remove("serviceMonitor");
      everything.putObject("podMonitor").put("enabled", true);
    }
    boolean isOffByDefault =
        key.size() > 1
            && !key.getLast().equals("enabled")
            && DEFAULTS.at("/" + key.getFirst() + "/enabled").equals(NODES.booleanNode(false));
    return isOffByDefault ? List.of(everything) : List.of(NODES.objectNode(), everything);
  }

  private static void assertSane(String what, Rendered rendered) {
    assertThat(rendered.refusal()).as(what).isNull();
    for (String document : rendered.documents()) {
      if (SANE.contains(document)) {
        continue;
      }
      assertThat(document).as(what).doesNotContain("<nil>", "<no value>", "%!", "map[");
      for (JsonNode object : Manifests.of(document).objects()) {
        assertNoNull(what, object);
        assertThat(object.at("/metadata/name").asText()).as(what).isNotEmpty();
        assertTyped(what, object);
      }
      SANE.add(document);
    }
  }

  private static void assertNoNull(String what, JsonNode node) {
    assertThat(node.isNull()).as(what).isFalse();
    node.forEach(child -> assertNoNull(what, child));
  }

  /** What Kubernetes' own types have no place for, the API server would refuse. */
  private static void assertTyped(String what, JsonNode object) {
    if (WITHOUT_TYPE.contains(object.path("kind").asText())) {
      return;
    }
    HasMetadata typed = TYPES.unmarshal(object.toString(), HasMetadata.class);
    JsonNode again = TYPES.convertValue(typed, JsonNode.class);
    assertThat(paths("", again)).as(what).containsAll(paths("", object));
  }

  private static Set<String> paths(String prefix, JsonNode node) {
    Set<String> paths = new TreeSet<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getValue().isValueNode()) {
        paths.add(prefix + "/" + field.getKey());
      }
      paths.addAll(paths(prefix + "/" + field.getKey(), field.getValue()));
    }
    if (node.isArray()) {
      node.forEach(element -> paths.addAll(paths(prefix + "[]", element)));
    }
    return paths;
  }

  /**
   * @param documents as they are written, in order; empty if it was refused
   * @param refusal why it was refused; null if it was not
   */
  private record Rendered(List<String> documents, @Nullable String refusal) {}

  private static Rendered render(ObjectNode values) {
    String text = values.toString();
    Rendered before = RENDERED.get(text);
    Rendered rendered = before == null ? render(text) : before;
    RENDERED.put(text, rendered);
    return rendered;
  }

  private static Rendered render(String values) {
    try {
      return new Rendered(
          BETWEEN_DOCUMENTS
              .splitAsStream(Chart.text(Chart.NAME, values))
              .map(document -> DOCUMENTS.computeIfAbsent(document, same -> same))
              .toList(),
          null);
    } catch (IllegalStateException e) {
      return new Rendered(List.of(), e.getMessage());
    }
  }

  private static ObjectNode with(ObjectNode context, List<String> key, JsonNode value) {
    ObjectNode values = context.deepCopy();
    section(values, key).set(key.getLast(), value);
    return values;
  }

  private static ObjectNode without(ObjectNode context, List<String> key) {
    ObjectNode values = context.deepCopy();
    section(values, key).remove(key.getLast());
    return values;
  }

  private static ObjectNode section(ObjectNode values, List<String> key) {
    ObjectNode section = values;
    for (String name : key.subList(0, key.size() - 1)) {
      section = section.withObjectProperty(name);
    }
    return section;
  }

  private static void collect(List<String> prefix, JsonNode section, List<List<String>> keys) {
    for (Map.Entry<String, JsonNode> entry : section.properties()) {
      List<String> key = Stream.concat(prefix.stream(), Stream.of(entry.getKey())).toList();
      keys.add(key);
      if (entry.getValue().isObject()) {
        collect(key, entry.getValue(), keys);
      }
    }
  }

  private static ObjectNode parse(String yaml) {
    try {
      return (ObjectNode) YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
