package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator gets the rights that the values ask for. */
class ChartRightsTest {
  private static final String[] READ_TEMPLATES = {
    "get mcpsession.dev/mcptemplates",
    "list mcpsession.dev/mcptemplates",
    "watch mcpsession.dev/mcptemplates"
  };

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
        .noneMatch(name -> name.matches("(Cluster)?Role(Binding)? (?!.*(admin|edit|view)$).*"));
  }

  @Test
  void onlyWhoeverAdministersANamespaceWritesTemplates() {
    var rights = Rights.byRole(Chart.rendered(""));
    assertThat(rights.get("ClusterRole mcp-session-operator-admin"))
        .contains("create mcpsession.dev/mcptemplates", "patch mcpsession.dev/mcptemplates")
        .allMatch(right -> right.endsWith("/mcptemplates"));
    assertThat(rights.get("ClusterRole mcp-session-operator-edit"))
        .contains("create mcpsession.dev/mcpsessions")
        .filteredOn(right -> right.contains("mcptemplates"))
        .containsExactlyInAnyOrder(READ_TEMPLATES);
    assertThat(rights.get("ClusterRole mcp-session-operator-view"))
        .contains(READ_TEMPLATES)
        .allMatch(right -> right.matches("(get|list|watch) .*"));
  }
}
