package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.GuideCommand;
import dev.mcpsession.cluster.Kubectl;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands of the guides that take the output of kubectl apart, whatever users are called. */
@ClusterTest
class GuideCommandsIT {
  private static final List<String> GUIDES = List.of("docs/operations.md", "docs/nodes.md");

  private final Cluster cluster;
  private String namespace;

  GuideCommandsIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void twoSessionsOfUsersWithSpaces() throws Exception {
    namespace = cluster.newNamespace();
    create("fails", "Alice B. Serving Current", "StartFailed", "Replacing");
    create("serves", "Bob 5 StartFailed Replacing", "Serving", "Current");
  }

  @Test
  void sessionsThatDoNotServeAreListedWithTheReason() throws Exception {
    assertThat(output("$3 != \"Serving\""))
        .hasSize(2)
        .last()
        .asString()
        .matches(namespace + " +fails +StartFailed +Alice B. Serving Current");
  }

  @Test
  void sessionsAreCountedByReason() throws Exception {
    assertThat(output("uniq -c")).map(String::strip).containsExactly("1 Serving", "1 StartFailed");
  }

  @Test
  void sessionsThatHaveNotMovedYetAreListed() throws Exception {
    assertThat(output("== \"Replacing\""))
        .singleElement()
        .asString()
        .matches(namespace + " +fails +Replacing");
  }

  @Test
  void noOtherCommandTakesTheColumnsOfSessionsApart() throws IOException {
    assertThat(commands()).hasSize(3);
  }

  /** Of the only command with this text, for the namespace of this test. */
  private List<String> output(String text) throws Exception {
    List<String> found = commands().stream().filter(it -> it.contains(text)).toList();
    assertThat(found).hasSize(1);
    String command = found.getFirst().replace("mcps -A", "mcps -n " + namespace);
    return new GuideCommand(cluster).run(command).lines().toList();
  }

  /** Those with a pipe after kubectl get mcps. */
  private static List<String> commands() throws IOException {
    Stream<String> lines = Stream.empty();
    for (String guide : GUIDES) {
      lines = Stream.concat(lines, Files.readAllLines(Path.of(guide)).stream());
    }
    return lines.filter(it -> it.matches("kubectl .*get mcps.* \\| .*")).toList();
  }

  private void create(String name, String user, String ready, String upToDate) throws Exception {
    cluster
        .client()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSession
                metadata: {name: %s}
                spec: {user: "%s", podTemplate: {spec: {containers: [{name: a, image: a}]}}}
                """
                    .formatted(name, user),
                McpSession.class))
        .inNamespace(namespace)
        .create();
    Kubectl.Result patched =
        new Kubectl(cluster)
            .run(
                30,
                "patch",
                "-n",
                namespace,
                "mcps/" + name,
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\": {\"conditions\": [%s, %s]}}"
                    .formatted(condition("Ready", ready), condition("UpToDate", upToDate)));
    assertThat(patched.code()).as(patched.output()).isZero();
  }

  private static String condition(String type, String reason) {
    return """
    {"type": "%s", "status": "False", "reason": "%s", "message": "",
     "lastTransitionTime": "2026-11-21T09:30:00Z"}
    """
        .formatted(type, reason);
  }
}
