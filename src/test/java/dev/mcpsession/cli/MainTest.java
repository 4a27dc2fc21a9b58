package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @TempDir private Path folder;
  private Path kubeconfig;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeKubeconfig() throws Exception {
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), OperatorChild.KUBECONFIG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "operator --help",
        "help-after-role: operator -h",
        "gateway --help",
        "gateway rotate-keys --help",
        "explain --help",
        "cleanup --help"
      })
  void helpIsPrintedWithExitCode0(String arguments) {
    assertThat(run(arguments.replaceFirst(".*: ", "").split(" "))).isZero();
    assertThat(out.toString()).contains("Usage: mcp-session-operator");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theHelpOfTheRoleNamesEveryOptionOfTheContract() {
    run("operator", "--help");
    assertThat(out.toString())
        .contains(
            "--kubeconfig=FILE",
            "--namespace=NS",
            "--config=FILE",
            "--http=HOST:PORT",
            "0.0.0.0:8080",
            "--leader-election=auto|on|off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "operator --version"})
  void theVersionIsPrintedWithExitCode0(String arguments) {
    assertThat(run(arguments.split(" "))).isZero();
    assertThat(out.toString()).startsWith("mcp-session-operator ");
  }

  @Test
  void withoutARoleTheRolesAreNamed() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString())
        .contains("No role is given; there is: operator, gateway, explain, cleanup");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void malformedProxiesAreReportedWithoutTheirPasswords() {
    environment.put("https_proxy", "https://me:s3cr3t@proxy.example:3128");
    environment.put("HTTP_PROXY", "http://me:s3cr3t@proxy.example:port");
    environment.put("NO_PROXY", "10.0.0.0/8, http://me:s3cr3t@proxy.example:3128");
    assertThat(run("operator", "--kubeconfig", kubeconfig.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("https_proxy is not the URL of an HTTP proxy")
        .contains("HTTP_PROXY is not the URL of an HTTP proxy")
        .contains("NO_PROXY, entry 2 is neither a domain")
        .doesNotContain("s3cr3t");
  }

  @Test
  void allThatIsWrongIsReportedAtOnce() throws Exception {
    Path config =
        Files.writeString(folder.resolve("operator.yaml"), "maxConcurrentReplacements: 0\nx: 1\n");
    environment.put("LOG_LEVEL", "loud");
    environment.put("LOG_FORMAT", "json");
    assertThat(
            run(
                "operator",
                "--htp=x",
                "--http=99",
                "--leader-election=maybe",
                "--kubeconfig=" + folder.resolve("absent"),
                "--config=" + config,
                "--namespace=A_",
                "--namespace=good"))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo("Unknown option: '--htp=x'"),
            line ->
                assertThat(line).contains("--leader-election", "'maybe' is not auto, on or off"),
            line -> assertThat(line).isEqualTo("--namespace: 'A_' is not a name of a namespace"),
            line -> assertThat(line).startsWith("LOG_LEVEL is 'loud'; it must be one of OFF, "),
            line ->
                assertThat(line).isEqualTo("LOG_FORMAT is 'json'; it must be one of TEXT, JSON"),
            line ->
                assertThat(line)
                    .isEqualTo("--http: '99' is not HOST:PORT with a port from 0 to 65535"),
            line ->
                assertThat(line)
                    .endsWith(
                        "maxConcurrentReplacements is 0; it must be a whole number from 1 to"
                            + " 1000."),
            line -> assertThat(line).contains("line 2: unknown key x"),
            line -> assertThat(line).startsWith("--kubeconfig: there is no file "),
            line -> assertThat(line).isEqualTo("See: mcp-session-operator operator --help"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "8080", ":", "host:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "a b:80"})
  void addressesThatAreNoneAreRefused(String address) {
    assertThat(run("operator", "--kubeconfig", kubeconfig.toString(), "--http=" + address))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--http");
  }

  @Test
  void aKubeconfigWithoutAContextIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("empty"), "apiVersion: v1\nkind: Config\n");
    assertThat(run("operator", "--kubeconfig", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("has no current context; choose one with: kubectl config use-context");
  }

  @Test
  void aFileThatIsNoKubeconfigIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "]:{ secret-looking-text");
    assertThat(run("operator", "--kubeconfig", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("is not a kubeconfig")
        .doesNotContain("secret-looking-text");
    assertThat(run("operator", "--kubeconfig", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is not a readable file");
  }

  @Test
  void anAddressInUseIsExitCode1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThat(run("operator", "--kubeconfig", kubeconfig.toString(), "--http", address))
          .isEqualTo(1);
      assertThat(err.toString()).contains("Cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void theOptionsReachTheProcess() throws Exception {
    OperatorCommand command = new OperatorCommand();
    new CommandLine(command)
        .parseArgs(
            "--namespace",
            "a",
            "--namespace",
            "b",
            "--http",
            "[::1]:0",
            "--kubeconfig",
            kubeconfig.toString());
    OperatorOptions outside = command.prepare(Map.of(), new ArrayList<>()).orElseThrow().options();
    assertThat(outside.namespaces()).containsExactlyInAnyOrder("a", "b");
    assertThat(outside.http().getHostString()).contains("0:0:0:0:0:0:0:1");
    assertThat(outside.leaderElection()).as("auto, outside a cluster").isFalse();
    assertThat(outside.ownNamespace()).isEqualTo("default");

    OperatorOptions inside =
        command
            .prepare(
                Map.of(
                    "KUBERNETES_SERVICE_HOST",
                    "10.96.0.1",
                    "POD_NAME",
                    "operator-1",
                    "POD_NAMESPACE",
                    "mcp"),
                new ArrayList<>())
            .orElseThrow()
            .options();
    assertThat(inside.leaderElection()).as("auto, in a cluster").isTrue();
    assertThat(inside.ownNamespace()).isEqualTo("mcp");
    assertThat(inside.identity().holder()).startsWith("operator-1_");
  }

  @Test
  void sigtermEndsAProcessThatWaitsForItsApiServerWithExitCode0() throws Exception {
    try (OperatorChild child =
        OperatorChild.start(Map.of(), "--kubeconfig", kubeconfig.toString())) {
      child.awaitLog("cannot be reached");
      assertThat(child.get("/readyz").statusCode()).isEqualTo(503);
      assertThat(child.get("/readyz").body()).contains("connection refused");
      assertThat(child.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(child.terminate()).isZero();
      assertThat(child.log()).contains("Stopped").doesNotContain("Exception in", "\tat ");
    }
  }

  @Test
  void inAClusterEachLineOfTheLogIsJson() throws Exception {
    try (OperatorChild child =
        OperatorChild.start(
            Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
            "--kubeconfig",
            kubeconfig.toString(),
            "--leader-election=off")) {
      child.awaitLog("cannot be reached");
      assertThat(child.terminate()).isZero();
      assertThat(child.log().lines())
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).startsWith("{\"time\":\"").endsWith("}"));
    }
  }

  @Test
  void aProcessThatIsUsedWronglyEndsWith2() throws Exception {
    try (OperatorChild child = OperatorChild.start(Map.of(), "--nonsense")) {
      assertThat(child.await()).isEqualTo(2);
      assertThat(child.log()).contains("Unknown option: '--nonsense'");
    }
  }

  private int run(String... arguments) {
    return new Main(environment, new PrintWriter(out, true), new PrintWriter(err, true))
        .run(arguments);
  }
}
