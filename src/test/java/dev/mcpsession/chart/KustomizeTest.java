package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.docs.GeneratedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who installs with kustomize gets what Helm would have installed. */
class KustomizeTest {
  private static final Path CONFIG = Path.of("config");
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private final Manifests chart = Chart.rendered("");
  private final Manifests config = Manifests.ofKustomization(Path.of("config", "default"));

  @Test
  void bothAllowTheSame() {
    assertThat(Rights.byRole(config)).isNotEmpty().isEqualTo(Rights.byRole(chart));
  }

  @Test
  void bothBindItToTheSame() {
    for (String kind : List.of("RoleBinding", "ClusterRoleBinding")) {
      assertThat(bindings(config, kind)).isNotEmpty().isEqualTo(bindings(chart, kind));
    }
  }

  @Test
  void bothRunTheOperatorInTheSameWay() {
    JsonNode here = pod(config);
    JsonNode there = pod(chart);
    assertThat(here.path("containers")).isEqualTo(there.path("containers"));
    assertThat(here.path("volumes")).isEqualTo(there.path("volumes"));
    assertThat(here.path("securityContext")).isEqualTo(there.path("securityContext"));
    for (String field :
        List.of(
            "serviceAccountName",
            "automountServiceAccountToken",
            "enableServiceLinks",
            "terminationGracePeriodSeconds")) {
      assertThat(here.path(field)).as(field).isEqualTo(there.path(field));
    }
  }

  @Test
  void bothInstallTheSameObjects() {
    Set<String> onlyOfConfig = Set.of("Namespace mcp-session-operator");
    assertThat(config.names())
        .filteredOn(name -> !onlyOfConfig.contains(name))
        .containsExactlyInAnyOrderElementsOf(chart.names());
  }

  @Test
  void everyComponentIsNamedInTheDefaultAndNamesAllItsFiles() throws IOException {
    String kustomization = Files.readString(Path.of("config/default/kustomization.yaml"));
    for (Path folder : inside(CONFIG.resolve("components"))) {
      assertThat(kustomization).contains("../components/" + folder.getFileName());
      assertThat(Manifests.ofKustomization(folder).objects()).hasSize(inside(folder).size() - 1);
    }
  }

  private static List<Path> inside(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  static Stream<Arguments> components() {
    return Stream.of(
        Arguments.of(
            "components/prometheus/rules.yaml",
            "PrometheusRule",
            "prometheusRule: {enabled: true}"),
        Arguments.of(
            "components/prometheus/monitor.yaml", "PodMonitor", "podMonitor: {enabled: true}"),
        Arguments.of(
            "components/prometheus/gateway-monitor.yaml",
            "PodMonitor",
            Samples.GATEWAY + "podMonitor: {enabled: true}\n"),
        Arguments.of(
            "components/network-policy/operator.yaml",
            "NetworkPolicy",
            """
            networkPolicy:
              enabled: true
              ingressFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
            """),
        Arguments.of(
            "components/admission/templates.yaml",
            "ValidatingAdmissionPolicy",
            "admission: {templates: {enabled: true}}"),
        Arguments.of(
            "components/admission/templates-binding.yaml",
            "ValidatingAdmissionPolicyBinding",
            "admission: {templates: {enabled: true}}"),
        Arguments.of(
            "components/admission/heartbeat.yaml",
            "ValidatingAdmissionPolicy",
            "admission: {heartbeat: {enabled: true, groups: [mcp-heartbeat-writers]}}"),
        Arguments.of(
            "components/admission/heartbeat-binding.yaml",
            "ValidatingAdmissionPolicyBinding",
            "admission: {heartbeat: {enabled: true, groups: [mcp-heartbeat-writers]}}"),
        Arguments.of(
            "components/admission/session-creators.yaml",
            "ValidatingAdmissionPolicy",
            "admission: {sessionCreators: {enabled: true, groups: [mcp-session-creators]}}"),
        Arguments.of(
            "components/admission/session-creators-binding.yaml",
            "ValidatingAdmissionPolicyBinding",
            "admission: {sessionCreators: {enabled: true, groups: [mcp-session-creators]}}"),
        Arguments.of(
            "components/dashboard/dashboard.yaml", "ConfigMap", "dashboard: {enabled: true}"),
        Arguments.of(
            "components/flow-schema/leases.yaml", "FlowSchema", "flowSchema: {enabled: true}"),
        gateway("service-account", "ServiceAccount"),
        gateway("role", "ClusterRole"),
        gateway("role-binding", "ClusterRoleBinding"),
        gateway("config", "ConfigMap"),
        gateway("deployment", "Deployment"),
        gateway("service", "Service"),
        gateway("poddisruptionbudget", "PodDisruptionBudget"),
        gateway("policy", "ValidatingAdmissionPolicy"),
        gateway("policy-binding", "ValidatingAdmissionPolicyBinding"),
        signIn("role", "ClusterRole"),
        signIn("role-binding", "ClusterRoleBinding"),
        signIn("store-role", "Role"),
        signIn("store-role-binding", "RoleBinding"),
        signIn("keys", "Secret"),
        signIn("policy", "ValidatingAdmissionPolicy"),
        signIn("policy-binding", "ValidatingAdmissionPolicyBinding"),
        Arguments.of(
            "session-network-policy/sessions.yaml",
            "NetworkPolicy",
            Samples.GATEWAY
                + """
                sessionNetworkPolicy:
                  enabled: true
                  namespaces: [any]
                  ingressFrom: [{podSelector: {matchLabels: {mcpsession.dev/client: "true"}}}]
                """));
  }

  private static Arguments gateway(String file, String kind) {
    return Arguments.of("components/gateway/" + file + ".yaml", kind, Samples.GATEWAY);
  }

  private static Arguments signIn(String file, String kind) {
    return Arguments.of("components/gateway-sign-in/" + file + ".yaml", kind, Samples.SIGN_IN);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("components")
  void aComponentIsWhatTheChartMakesOfTheseValues(String file, String kind, String values)
      throws IOException {
    JsonNode object =
        Chart.rendered(values)
            .ofKind(kind)
            .filter(found -> belongsTo(file, found.at("/metadata/name").asText()))
            .findFirst()
            .orElseThrow();
    if (object.at("/metadata/namespace").asText().equals("any")) {
      ((ObjectNode) object.path("metadata")).remove("namespace");
    }
    new GeneratedDocument(CONFIG.resolve(file))
        .mustBe(
            "# Made from the chart with these values, by: mvn test -Dregenerate\n"
                + values.strip().indent(2).replaceAll("(?m)^  ", "#   ")
                + YAML.writeValueAsString(asInConfig(object)).substring("---\n".length()));
  }

  /** Of several objects of a kind, the operator's is none that a component adds. */
  private static boolean belongsTo(String file, String name) {
    if (file.contains("gateway-sign-in")) {
      return name.contains("-gateway-sign-in");
    }
    return file.contains("gateway")
        ? name.endsWith("-gateway")
        : !file.contains("dashboard") || name.endsWith("-dashboard");
  }

  /** Without what Helm says of itself; what is in config/ has one label. */
  private static JsonNode asInConfig(JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        for (String label :
            List.of(
                "helm.sh/chart",
                "app.kubernetes.io/instance",
                "app.kubernetes.io/managed-by",
                "app.kubernetes.io/version",
                "app.kubernetes.io/component")) {
          if (object.path("app.kubernetes.io/name").asText().startsWith(Chart.NAME)) {
            object.remove(label);
          }
        }
        if (object.path("annotations").has("checksum/config")
            || object.path("annotations").has("helm.sh/resource-policy")) {
          object.remove("annotations");
        }
        object.forEach(KustomizeTest::asInConfig);
      }
      case ArrayNode array -> array.forEach(KustomizeTest::asInConfig);
      default -> {}
    }
    return node;
  }

  private static JsonNode pod(Manifests manifests) {
    return manifests.only("Deployment").at("/spec/template/spec");
  }

  private static List<String> bindings(Manifests manifests, String kind) {
    return manifests
        .ofKind(kind)
        .map(binding -> binding.path("roleRef") + " to " + binding.path("subjects"))
        .sorted()
        .toList();
  }
}
