package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {
  private static final Set<String> ALWAYS =
      Set.of(
          "ClusterRole mcp-session-operator",
          "ClusterRole mcp-session-operator-admin",
          "ClusterRole mcp-session-operator-edit",
          "ClusterRole mcp-session-operator-view",
          "ClusterRoleBinding mcp-session-operator",
          "ConfigMap mcp-session-operator/mcp-session-operator",
          "CustomResourceDefinition mcpconnections.mcpsession.dev",
          "CustomResourceDefinition mcpsessions.mcpsession.dev",
          "CustomResourceDefinition mcptemplates.mcpsession.dev",
          "Deployment mcp-session-operator/mcp-session-operator",
          "PodDisruptionBudget mcp-session-operator/mcp-session-operator",
          "Role mcp-session-operator/mcp-session-operator-leader-election",
          "RoleBinding mcp-session-operator/mcp-session-operator-leader-election",
          "ServiceAccount mcp-session-operator/mcp-session-operator");

  @Test
  void lintHasNoComplaint() {
    var result = Chart.helm().lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING"));
  }

  @Test
  void defaultValuesInstallTheOperatorAndNothingOptional() {
    assertThat(Chart.rendered("").names()).isEqualTo(ALWAYS);
  }

  @Test
  void aSelectorNeverChanges() {
    var labels =
        "{\"app.kubernetes.io/name\":\"mcp-session-operator\","
            + "\"app.kubernetes.io/instance\":\"mcp-session-operator\","
            + "\"app.kubernetes.io/component\":\"operator\"}";
    Manifests marked =
        Chart.rendered(
            """
            commonLabels: {team: red, app.kubernetes.io/component: mine}
            podLabels: {app.kubernetes.io/name: mine, tier: back}
            image: {tag: 9.9.9}
            """);
    for (Manifests chart : List.of(Chart.rendered(""), marked)) {
      JsonNode deployment = chart.only("Deployment");
      assertThat(deployment.at("/spec/selector/matchLabels")).hasToString(labels);
      deployment
          .at("/spec/selector/matchLabels")
          .properties()
          .forEach(
              label ->
                  assertThat(deployment.at("/spec/template/metadata/labels").path(label.getKey()))
                      .isEqualTo(label.getValue()));
    }
    assertThat(marked.only("Deployment").at("/spec/template/metadata/labels/tier").asText())
        .isEqualTo("back");
  }

  @Test
  void onlyTheOperatorIsSelectedAndNotItsCleanup() {
    Manifests chart = Chart.rendered("cleanup: {sessions: true}");
    JsonNode operator = chart.only("Deployment").at("/spec/selector/matchLabels");
    JsonNode cleanup = chart.only("Job").at("/spec/template/metadata/labels");
    assertThat(cleanup.path("app.kubernetes.io/component"))
        .isNotEqualTo(operator.path("app.kubernetes.io/component"));
  }

  @Test
  void aListOfNamespacesNeedsNoClusterRole() {
    Manifests chart = Chart.rendered("watchNamespaces: [team-a, team-b]");
    assertThat(chart.names())
        .noneMatch(name -> name.startsWith("ClusterRole"))
        .contains(
            "Role team-a/mcp-session-operator",
            "Role team-b/mcp-session-operator",
            "RoleBinding team-a/mcp-session-operator",
            "RoleBinding team-b/mcp-session-operator");
    assertThat(container(chart).path("args").toString())
        .contains("\"--namespace\",\"team-a\",\"--namespace\",\"team-b\"");
    assertThat(Rights.of(chart)).noneMatch(right -> right.endsWith(" nodes"));
    assertThat(chart.only("ConfigMap").path("data").path("operator.yaml").asText())
        .contains("watchNodes: false");
  }

  @Test
  void aChangedConfigurationRollsThePods() {
    var checksum = "/spec/template/metadata/annotations/checksum~1config";
    Manifests chart = Chart.rendered("");
    Manifests changed = Chart.rendered("config: {maxConcurrentReplacements: 3}");
    Manifests elsewhere = Chart.rendered("prometheusRule: {enabled: true}");
    assertThat(changed.only("Deployment").at(checksum))
        .isNotEqualTo(chart.only("Deployment").at(checksum));
    assertThat(elsewhere.only("Deployment").at("/spec/template"))
        .isEqualTo(chart.only("Deployment").at("/spec/template"));
  }

  @Test
  void twoReleasesContendForDifferentLeases() {
    assertThat(Chart.rendered("other", "").named("ConfigMap", "other-mcp-session-operator"))
        .hasToString(
            Chart.rendered("")
                .only("ConfigMap")
                .toString()
                .replace("leaseName: mcp-session-operator", "leaseName: other-mcp-session-operator")
                .replace(
                    "\"name\":\"mcp-session-operator\"", "\"name\":\"other-mcp-session-operator\"")
                .replace("instance\":\"mcp-session-operator\"", "instance\":\"other\""));
  }

  @Test
  void theLeaseIsWhereTheOperatorMayWriteIt() {
    Manifests chart =
        Chart.rendered(
            """
            config: {leaderElection: {leaseNamespace: leases}}
            flowSchema: {enabled: true}
            """);
    assertThat(chart.only("Role").at("/metadata/namespace").asText()).isEqualTo("leases");
    assertThat(chart.only("FlowSchema").at("/spec/rules/0/resourceRules/0/namespaces").toString())
        .isEqualTo("[\"leases\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mcpsessions.mcpsession.dev",
        "mcptemplates.mcpsession.dev",
        "mcpconnections.mcpsession.dev"
      })
  void theDefinitionIsTheCommittedOneAndStaysWhenTheReleaseGoes(String name) {
    JsonNode crd = Chart.rendered("").named("CustomResourceDefinition", name);
    assertThat(crd.at("/metadata/annotations/helm.sh~1resource-policy").asText()).isEqualTo("keep");
    JsonNode committed =
        Manifests.of(Manifests.read(Path.of("crds", name + "-v1.yaml")))
            .only("CustomResourceDefinition");
    assertThat(crd.path("spec")).isEqualTo(committed.path("spec"));
    assertThat(crd.at("/metadata/name")).isEqualTo(committed.at("/metadata/name"));
  }

  @ParameterizedTest
  @CsvSource({"Deployment,/spec/template/spec", "Job,/spec/template/spec"})
  void podsMeetTheRestrictedStandard(String kind, String path) {
    JsonNode pod = Chart.rendered("cleanup: {sessions: true}").only(kind).at(path);
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    for (JsonNode container : pod.path("containers")) {
      JsonNode context = container.path("securityContext");
      assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(context.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
    }
  }

  @Test
  void theNotesTellWhatToDoNextWhereTheSessionsAre() {
    assertThat(Chart.notes("watchNamespaces: [team-a]"))
        .contains("serves the sessions of team-a.")
        .contains("kubectl -n mcp-session-operator rollout status deployment/mcp-session-operator")
        .contains("metadata: {name: alice, namespace: team-a}")
        .contains("kubectl -n team-a get mcps -w");
    assertThat(Chart.notes("")).contains("serves the sessions of all namespaces.");
  }

  @Test
  void longNamesStayNames() {
    String release = "a".repeat(53);
    // Names of Roles and Secrets, and of nothing else, may be longer than labels: up to 253.
    assertThat(Chart.rendered(release, Samples.EVERYTHING).names())
        .filteredOn(name -> !name.matches("(Role|RoleBinding|Secret) .*"))
        .isNotEmpty()
        .allMatch(name -> name.replaceFirst(".*[ /]", "").length() <= 63);
  }

  @Test
  void aDigestWinsOverATag() {
    String digest = "sha256:" + "0a".repeat(32);
    assertThat(image("image: {repository: registry.example/op}"))
        .isEqualTo("registry.example/op:0.1.0");
    assertThat(image("image: {tag: '1'}")).isEqualTo("mcp-session-operator:1");
    assertThat(image("image: {tag: '1', digest: '" + digest + "'}"))
        .isEqualTo("mcp-session-operator@" + digest);
  }

  static Stream<Arguments> switches() {
    return Stream.of(
        Arguments.of("serviceMonitor: {enabled: true}", "ServiceMonitor"),
        Arguments.of("podMonitor: {enabled: true}", "PodMonitor"),
        Arguments.of("prometheusRule: {enabled: true}", "PrometheusRule"),
        Arguments.of("networkPolicy: {enabled: true}", "NetworkPolicy"),
        Arguments.of("flowSchema: {enabled: true}", "FlowSchema"),
        Arguments.of("cleanup: {sessions: true}", "Job"),
        Arguments.of("admission: {templates: {enabled: true}}", "ValidatingAdmissionPolicyBinding"),
        Arguments.of(
            "admission: {heartbeat: {enabled: true, groups: [g]}}", "ValidatingAdmissionPolicy"),
        Arguments.of(
            "admission: {sessionCreators: {enabled: true, users: [u]}}",
            "ValidatingAdmissionPolicy"));
  }

  @ParameterizedTest
  @MethodSource("switches")
  void aSwitchAddsWhatItIsFor(String values, String kind) {
    Manifests chart = Chart.rendered(values);
    assertThat(chart.only(kind)).isNotNull();
    assertThat(chart.names()).containsAll(ALWAYS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.mcpsession.chart.Samples#refusals")
  void aMistakeIsNamed(String values, String message) {
    assertThatThrownBy(() -> Chart.rendered(values)).hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.mcpsession.chart.Samples#values")
  void everyValueChangesWhatIsRendered(String key, String values, String without) {
    assertThat(Chart.text(Chart.NAME, values))
        .as("%s matters", key)
        .isNotEqualTo(Chart.text(Chart.NAME, without));
  }

  @Test
  void everyDocumentedValueHasASample() {
    assertThat(Samples.values().map(sample -> (String) sample.get()[0]))
        .containsExactlyInAnyOrderElementsOf(
            DocumentedValue.all().stream().map(DocumentedValue::key).toList());
  }

  private static JsonNode container(Manifests chart) {
    return chart.only("Deployment").at("/spec/template/spec/containers/0");
  }

  private static String image(String values) {
    return container(Chart.rendered(values)).path("image").asText();
  }
}
