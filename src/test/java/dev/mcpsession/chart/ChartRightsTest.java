package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator gets the rights that the values ask for. */
class ChartRightsTest {
  @Test
  void watchedNodesAreAllThatAListOfNamespacesNeedsAClusterRoleFor() {
    Manifests chart = Chart.rendered("{watchNamespaces: [team-a], nodes: {watch: true}}");
    assertThat(Rights.of(chart.only("ClusterRole")))
        .contains("list nodes", "watch nodes")
        .allMatch(right -> right.endsWith(" nodes"));
  }

  @Test
  void endingNamespacesLetItReadAndPatchSessionsEverywhere() {
    Manifests chart = Chart.rendered("{watchNamespaces: [team-a], rbac: {endingNamespaces: true}}");
    assertThat(Rights.of(chart.only("ClusterRole")))
        .containsExactlyInAnyOrder(
            "get mcpsession.dev/mcpsessions",
            "list mcpsession.dev/mcpsessions",
            "watch mcpsession.dev/mcpsessions",
            "patch mcpsession.dev/mcpsessions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "watchNamespaces: [team-a]"})
  void secretsAreListedAndWatchedOnlyWhenAskedFor(String scope) {
    assertThat(Rights.of(Chart.rendered(scope)))
        .contains("get secrets")
        .doesNotContain("list secrets", "watch secrets");
    assertThat(Rights.of(Chart.rendered(scope + "\ntokenSecrets: {watch: true}")))
        .contains("get secrets", "list secrets", "watch secrets");
  }

  @Test
  void nothingIsAllowedWithoutRbac() {
    assertThat(Chart.rendered("{rbac: {create: false}, cleanup: {sessions: true}}").names())
        .noneMatch(name -> name.matches("(Cluster)?Role(Binding)? (?!.*(edit|view)$).*"));
  }
}
