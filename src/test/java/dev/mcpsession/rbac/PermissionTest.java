package dev.mcpsession.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.docs.GeneratedDocument;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that grants or explains a permission is made from the table. */
class PermissionTest {

  @Test
  void noPermissionIsGrantedTwice() {
    assertThat(Permission.all()).doesNotHaveDuplicates();
    assertThat(
            Permission.all().stream()
                .map(p -> p.role() + " " + p.group() + " " + p.resource() + " " + p.verb()))
        .doesNotHaveDuplicates();
  }

  @Test
  void nothingIsGrantedByAWildcard() {
    assertThat(Permission.all())
        .allSatisfy(p -> assertThat(p.group() + p.resource() + p.verb()).doesNotContain("*"));
  }

  @Test
  void secretsAreListedOnlyWhereSourcesAreWatchedAndWhereSignInsAreKept() {
    assertThat(Permission.all())
        .filteredOn(p -> p.resource().equals("secrets"))
        .filteredOn(p -> p.verb().equals("list") || p.verb().equals("watch"))
        .extracting(Permission::role)
        .containsOnly(Role.WATCH_TOKEN_SECRETS, Role.GATEWAY_SIGN_IN_STORE);
  }

  /** Its keys are mounted, and what a Pod is told is none of its business. */
  @Test
  void theGatewayHasNoRightButOnOurOwnKinds() {
    assertThat(Permission.of(Role.GATEWAY))
        .isNotEmpty()
        .allMatch(p -> p.group().equals(McpSession.GROUP))
        .extracting(p -> p.verb() + " " + p.resource())
        .doesNotContain("update mcpsessions")
        .noneMatch(right -> right.contains("/"))
        .filteredOn(right -> right.endsWith(" mcptemplates"))
        .containsExactlyInAnyOrder("get mcptemplates", "list mcptemplates", "watch mcptemplates");
  }

  @Test
  void theReferenceExplainsEveryPermission() {
    GeneratedDocument.named("permissions.md").mustBe(reference());
  }

  @Test
  void theChartGrantsTheTable() {
    new GeneratedDocument(Path.of("charts/mcp-session-operator/templates/_rules.tpl"))
        .mustBe(
            "{{/* Made from the table in dev.mcpsession.rbac.Permission by: mvn test -Dregenerate"
                + " */}}\n"
                + Stream.of(Role.values())
                    .map(
                        role ->
                            "{{- define \"mcp-session-operator.rules.%s\" -}}\n%s{{- end }}\n"
                                .formatted(role.key(), Rules.yaml(Permission.of(role), 0)))
                    .collect(Collectors.joining()));
  }

  @Test
  void theManifestsGrantTheTable() {
    new GeneratedDocument(Path.of("config/rbac/operator.yaml")).mustBe(manifest());
  }

  private static String reference() {
    return """
    # Permissions

    What the operator and the session gateway may do, and what each right is for. The Roles of the Helm chart and of `config/rbac` are
    generated from the same table. When it starts, the operator asks the API server whether all of its rights are
    granted; while one is missing, it is not ready, and `/readyz` and the log name the missing right. With several
    `--namespace`, one that lacks a right of its own is left out until it has it, and the others are served.

    %s
    RBAC cannot restrict `list` and `watch` to labelled objects, and the names of Secrets are not known before
    sessions refer to them: [security.md](security.md) describes the consequences. What the gateway writes of Secrets is
    held by an admission policy to users' grants, sign-ins and its keys (chart: `gateway.admission.enabled`; kustomize:
    the component `gateway-sign-in`); what it reads cannot be. It asks for none of these rights without `signIn`.

    The installation also has ClusterRoles for users, whose rights the operator does not have: with the ClusterRole
    `view` they read sessions, session templates and connections of MCP clients, with `edit` they also write sessions and
    end connections, with `admin` they write session templates as well. [security.md](security.md) says what each of these rights amounts to.
    """
        .formatted(
            Stream.of(Role.values())
                .map(PermissionTest::section)
                .collect(Collectors.joining("\n")));
  }

  private static String section(Role role) {
    return """
    ## %s

    | Resource | Verb | To |
    |---|---|---|
    %s\
    """
        .formatted(
            role.where(),
            Permission.of(role).stream()
                .map(
                    p ->
                        "| `%s`%s | %s | %s |\n"
                            .formatted(
                                p.resource(),
                                p.group().isEmpty() ? "" : " (" + p.group() + ")",
                                p.verb(),
                                p.purpose()))
                .collect(Collectors.joining()));
  }

  private static String manifest() {
    return """
    # Made from the table in dev.mcpsession.rbac.Permission by: mvn test -Dregenerate
    # What each right is for: docs/permissions.md
    """
        + role("ClusterRole", "mcp-session-operator", Role.SESSIONS, Role.DRAIN, Role.WATCH_NODES)
        + binding("ClusterRole", "mcp-session-operator")
        + role("Role", "mcp-session-operator-leader-election", Role.LEADER_ELECTION)
        + binding("Role", "mcp-session-operator-leader-election")
            .stripTrailing()
            .replaceAll("\n---$", "\n");
  }

  private static String role(String kind, String name, Role... roles) {
    return """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %s
    metadata:
      name: %s
    %s  labels:
        app.kubernetes.io/name: mcp-session-operator
    rules:
    %s---
    """
        .formatted(kind, name, namespace(kind), Rules.yaml(Permission.of(roles), 2));
  }

  private static String binding(String kind, String name) {
    return """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %sBinding
    metadata:
      name: %s
    %s  labels:
        app.kubernetes.io/name: mcp-session-operator
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: %s
      name: %s
    subjects:
      - kind: ServiceAccount
        name: mcp-session-operator
        namespace: mcp-session-operator
    ---
    """
        .formatted(kind, name, namespace(kind), kind, name);
  }

  private static String namespace(String kind) {
    return kind.equals("Role") ? "  namespace: mcp-session-operator\n" : "";
  }
}
