package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kubectl plugin, found and run by a real kubectl. */
@ClusterTest
class KubectlPluginIT {
  @TempDir private Path folder;
  private final Cluster cluster;
  private final Map<String, String> environment = new HashMap<>();
  private SomeSessions sessions;

  KubectlPluginIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void prepare() throws IOException {
    boolean hasKubectl =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(it -> Files.isExecutable(Path.of(it, "kubectl")));
    assumeTrue(hasKubectl, "needs kubectl on the PATH");
    sessions = new SomeSessions(cluster, cluster.newNamespace());
    sessions.create("alice", "");
    environment.put(
        "PATH", Path.of("plugin").toAbsolutePath() + File.pathSeparator + System.getenv("PATH"));
    environment.put("KUBECONFIG", cluster.kubeconfig().toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("MCPS_JAR", jar().toString());
  }

  /** Of the classes under test, as the packaged jar refers to its libraries. */
  private Path jar() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(it -> Path.of(it).toUri().toString())
                .collect(Collectors.joining(" ")));
    Path jar = folder.resolve("mcp-session-operator.jar");
    try (var out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
    return jar;
  }

  @Test
  void itExplainsASessionOfTheNamespaceThatIsGiven() throws Exception {
    for (List<String> arguments :
        List.of(
            List.of("alice", "-n", sessions.namespace()),
            List.of("--namespace=" + sessions.namespace(), "alice"),
            List.of(sessions.namespace() + "/alice"))) {
      Answer answer = kubectl(arguments);
      assertThat(answer.code()).as(answer.text()).isZero();
      assertThat(answer.text())
          .contains("McpSession " + sessions.namespace() + "/alice of user alice", "\nNow: ");
    }
  }

  @Test
  void withoutOneItIsThatOfTheContext() throws Exception {
    Path own = folder.resolve("kubeconfig");
    Files.writeString(own, Files.readString(cluster.kubeconfig()));
    environment.put("KUBECONFIG", own.toString());
    assertThat(
            run(
                    "kubectl",
                    List.of("config", "set-context", "--current", "-n", sessions.namespace()))
                .code())
        .isZero();
    assertThat(kubectl(List.of("alice")).text())
        .contains("McpSession " + sessions.namespace() + "/alice");
    environment.remove("KUBECONFIG");
    assertThat(kubectl(List.of("mcps/alice", "--kubeconfig", own.toString())).text())
        .contains("McpSession " + sessions.namespace() + "/alice");
    Answer other = kubectl(List.of("alice", "--kubeconfig", own.toString(), "--context=none"));
    assertThat(other.code()).isNotZero();
    assertThat(other.text()).contains("none");
  }

  @Test
  void whatIsMissingOrWrongIsSaid() throws Exception {
    assertThat(kubectl(List.of()).text()).contains("which session?");
    assertThat(kubectl(List.of("alice", "--nonsense")).text())
        .contains("unknown option '--nonsense'");
    assertThat(kubectl(List.of("nobody", "-n", sessions.namespace())).text())
        .contains("There is no McpSession " + sessions.namespace() + "/nobody");
    environment.put("MCPS_JAR", folder.resolve("absent.jar").toString());
    assertThat(kubectl(List.of("alice", "-n", "x")).text())
        .contains("no jar at " + folder.resolve("absent.jar") + "; set MCPS_JAR");
    environment.put("JAVA_HOME", folder.toString());
    Answer noJava = kubectl(List.of("alice", "-n", "x"));
    assertThat(noJava.code()).isEqualTo(1);
    assertThat(noJava.text()).contains("install a Java 25 and set JAVA_HOME");
  }

  private record Answer(int code, String text) {}

  private Answer kubectl(List<String> arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("mcps", "explain"));
    all.addAll(arguments);
    return run("kubectl", all);
  }

  private Answer run(String program, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/env", program));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("KUBECONFIG");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }
}
