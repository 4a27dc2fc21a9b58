package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What the chart adds when it is asked to. */
class ChartOptionsTest {
  @Test
  void sessionsAreDeletedBeforeTheRelease() {
    Manifests chart = Chart.rendered("{cleanup: {sessions: true}, watchNamespaces: [team-a]}");
    JsonNode job = chart.only("Job");
    assertThat(job.at("/metadata/annotations").path(Chart.HOOK).asText()).isEqualTo("pre-delete");
    assertThat(job.at("/spec/template/spec/containers/0/args").toString())
        .isEqualTo("[\"cleanup\",\"--timeout\",\"240\",\"--namespace\",\"team-a\"]");
    assertThat(chart.names())
        .contains("Role team-a/mcp-session-operator-cleanup")
        .noneMatch(name -> name.startsWith("ClusterRole"));
    assertThat(Chart.rendered("cleanup: {sessions: true}").names())
        .contains("ClusterRole mcp-session-operator-cleanup");
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
