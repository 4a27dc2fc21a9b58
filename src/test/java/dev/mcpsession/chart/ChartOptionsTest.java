package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.cleanup.HelmUninstall;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart adds when it is asked to. */
class ChartOptionsTest {
  @Test
  void sessionsAreDeletedBeforeTheRelease() {
    Manifests chart = Chart.rendered("{cleanup: {sessions: true}, watchNamespaces: [team-a]}");
    JsonNode job = chart.only("Job");
    assertThat(job.at("/metadata/annotations").path(Chart.HOOK).asText()).isEqualTo("pre-delete");
    assertThat(job.at("/spec/template/spec/containers/0/args").toString())
        .isEqualTo(
            "[\"cleanup\",\"--only-while-helm-uninstalls\","
                + "\"mcp-session-operator/mcp-session-operator/1\","
                + "\"--timeout\",\"240\",\"--namespace\",\"team-a\"]");
    assertThat(chart.names())
        .contains("Role team-a/mcp-session-operator-cleanup")
        .noneMatch(name -> name.startsWith("ClusterRole"));
    assertThat(Chart.rendered("cleanup: {sessions: true}").names())
        .contains("ClusterRole mcp-session-operator-cleanup");
  }

  @Test
  void theCleanupMayReadWhatItTakesToSeeAnUninstallAlsoAfterRollbacks() {
    JsonNode role =
        Chart.rendered("cleanup: {sessions: true, storageNamespace: releases}")
            .named("Role", "mcp-session-operator-cleanup-release");
    assertThat(role.at("/metadata/namespace").asText()).isEqualTo("releases");
    assertThat(role.path("rules")).hasSize(1);
    assertThat(role.at("/rules/0/verbs").toString()).isEqualTo("[\"get\"]");
    assertThat(role.at("/rules/0/resourceNames"))
        .hasSize(HelmUninstall.REVISIONS)
        .extracting(JsonNode::asText)
        .contains(
            "sh.helm.release.v1.mcp-session-operator.v1",
            "sh.helm.release.v1.mcp-session-operator.v20");
  }

  @ParameterizedTest
  @CsvSource({
    "mcp-session-operator, registry.example/mcp-session-operator",
    "team/operator, registry.example/team/operator",
    "ghcr.io/team/operator, registry.example/team/operator",
    "localhost/operator, registry.example/operator",
    "localhost:5000/team/operator, registry.example/team/operator"
  })
  void aParentsRegistryReplacesThatOfEveryImage(String repository, String expected) {
    Manifests chart =
        Chart.rendered(
            "{global: {imageRegistry: registry.example}, image: {repository: '%s', tag: '1'},"
                    .formatted(repository)
                + " cleanup: {sessions: true}}");
    assertThat(images(chart)).isNotEmpty().containsOnly(expected + ":1");
  }

  @Test
  void aParentsPullSecretsAreAddedToThoseOfEveryPod() {
    Manifests chart =
        Chart.rendered(
            """
            global: {imagePullSecrets: [shared, {name: other}]}
            imagePullSecrets: [{name: own}, shared]
            cleanup: {sessions: true}
            """);
    for (String kind : List.of("Deployment", "Job")) {
      assertThat(chart.only(kind).at("/spec/template/spec/imagePullSecrets").toString())
          .isEqualTo("[{\"name\":\"shared\"},{\"name\":\"other\"},{\"name\":\"own\"}]");
    }
  }

  @Test
  void aParentChartMayPassGlobalsAndEmptySections() {
    Manifests chart =
        Chart.renderedAsSubchart(
            """
            global: {imageRegistry: registry.example, imagePullSecrets: [shared], other: {x: 1}}
            mcp-session-operator:
              cleanup: {sessions: true}
              config:
              image: {tag: null}
              nodes: null
              livenessProbe:
              commonLabels: null
              podDisruptionBudget: {maxUnavailable: null}
            """);
    assertThat(images(chart))
        .hasSize(2)
        .containsOnly("registry.example/mcp-session-operator:0.1.0");
    JsonNode pod = chart.only("Deployment").at("/spec/template/spec");
    assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("shared");
    assertThat(pod.at("/containers/0/livenessProbe/periodSeconds").asInt()).isEqualTo(10);
    assertThat(chart.only("PodDisruptionBudget").at("/spec/maxUnavailable").asInt()).isOne();
  }

  private static List<String> images(Manifests chart) {
    return chart.objects().stream()
        .filter(object -> object.at("/spec/template/spec").isObject())
        .flatMap(object -> object.at("/spec/template/spec").findValuesAsText("image").stream())
        .toList();
  }

  @Test
  void theDashboardIsFoundByGrafanasSidecar() {
    JsonNode dashboard =
        Chart.rendered("dashboard: {enabled: true, namespace: grafana}")
            .named("ConfigMap", "mcp-session-operator-dashboard");
    assertThat(dashboard.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    assertThat(dashboard.at("/metadata/namespace").asText()).isEqualTo("grafana");
    assertThat(dashboard.path("data").path("mcp-session-operator.json").asText().strip())
        .isEqualTo(Manifests.read(Chart.FOLDER.resolve("files/dashboard.json")).strip());
  }

  @Test
  void alertsAreWhatTheRulesFileSays() {
    assertThat(
            Chart.rendered("prometheusRule: {enabled: true}").only("PrometheusRule").path("spec"))
        .isEqualTo(
            Manifests.of(Manifests.read(Chart.FOLDER.resolve("files/alerts.yaml")))
                .objects()
                .getFirst());
  }

  @Test
  void aNetworkPolicyWithoutPeersLetsNobodyIn() {
    JsonNode policy = Chart.rendered("networkPolicy: {enabled: true}").only("NetworkPolicy");
    assertThat(policy.at("/spec/ingress").isArray()).isTrue();
    assertThat(policy.at("/spec/ingress")).isEmpty();
    assertThat(policy.at("/spec/egress").findValuesAsText("port"))
        .containsExactly("443", "6443", "443", "53", "53");
  }

  @Test
  void sessionsOfEachWatchedNamespaceAreReachedByTheNamedPeersAlone() {
    Manifests chart =
        Chart.rendered(
            """
            watchNamespaces: [team-a, team-b]
            sessionNetworkPolicy: {enabled: true, ingressFrom: [{podSelector: {}}]}
            """);
    assertThat(chart.ofKind("NetworkPolicy"))
        .extracting(policy -> policy.at("/metadata/namespace").asText())
        .containsExactly("team-a", "team-b");
    assertThat(chart.ofKind("NetworkPolicy"))
        .allMatch(policy -> policy.at("/spec/ingress").size() == 1)
        .allMatch(policy -> policy.at("/spec/ingress/0/from").size() == 1);
  }
}
