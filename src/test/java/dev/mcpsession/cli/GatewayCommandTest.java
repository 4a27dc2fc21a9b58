package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.GatewayOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GatewayCommandTest {
  private static final String WITH_ISSUER =
      "baseUrl: https://mcp.example\nissuers: [{issuer: https://sso.example}]\n";
  private static final String WITH_SIGN_IN =
      """
      baseUrl: https://mcp.example
      signIn: {issuer: https://mcp.example, allowedEndpoints: [https://git.example]}
      """;

  @TempDir private Path folder;
  private Path kubeconfig;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeKubeconfig() throws Exception {
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), OperatorChild.KUBECONFIG);
  }

  @Test
  void theHelpNamesEveryOptionOfTheContract() {
    assertThat(run("gateway", "--help")).isZero();
    assertThat(out.toString())
        .contains(
            "--kubeconfig=FILE",
            "--namespace=NS",
            "--config=FILE",
            "--http=HOST:PORT",
            "0.0.0.0:8080",
            "--management=HOST:PORT",
            "0.0.0.0:8081",
            "--advertise=HOST:PORT",
            "--insecure-user=NAME");
  }

  @Test
  void withoutAnIssuerItRefusesToStart() {
    assertThat(start()).isEqualTo(2);
    assertThat(err.toString())
        .contains("no issuers are configured")
        .contains("--insecure-user NAME with --http 127.0.0.1:8080")
        .contains("See: mcp-session-operator gateway --help");
  }

  @Test
  void anEmptyListOfIssuersIsNone() throws Exception {
    assertThat(start("--config", config("baseUrl: https://mcp.example\nissuers: []\n")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("no issuers are configured");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:8080", ":8080", "[::]:8080", "192.0.2.1:8080"})
  void anInsecureUserNeedsALoopbackAddress(String address) {
    assertThat(start("--insecure-user", "alice", "--http", address)).isEqualTo(2);
    assertThat(err.toString())
        .contains("--insecure-user: everybody who reaches " + address + " would be that user");
  }

  @Test
  void theDefaultAddressIsNoneForAnInsecureUser() {
    assertThat(start("--insecure-user", "alice")).isEqualTo(2);
    assertThat(err.toString()).contains("use a loopback address, such as --http 127.0.0.1:8080");
  }

  @ParameterizedTest
  @ValueSource(strings = {WITH_ISSUER, WITH_SIGN_IN})
  void anInsecureUserAndTokensContradictEachOther(String config) throws Exception {
    assertThat(start("--insecure-user=alice", "--http=127.0.0.1:0", "--config=" + config(config)))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("--insecure-user: the configuration names issuers or signIn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u001b[31m"})
  void anInsecureUserHasAName(String name) {
    assertThat(start("--insecure-user=" + name, "--http=127.0.0.1:0")).isEqualTo(2);
    assertThat(err.toString()).contains("--insecure-user: a name has 1 to 256 visible");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "[::1]:0", "localhost:0", "127.1.2.3:0"})
  void everyLoopbackAddressWillDo(String address) {
    GatewayOptions options = prepared("--insecure-user", "alice", "--http", address).options();
    assertThat(options.insecureUser()).contains("alice");
    assertThat(options.http().getAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void allThatIsWrongIsReportedAtOnce() throws Exception {
    environment.put("LOG_LEVEL", "loud");
    Path config =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            "issuers: [{issuer: x}]\nlimits: {bodyBytes: 1}\nmaxConcurrentReplacements: 3\n");
    assertThat(
            run(
                "gateway",
                "--leader-election=on",
                "--http=99",
                "--management=x",
                "--kubeconfig=" + folder.resolve("absent"),
                "--config=" + config,
                "--namespace=A_"))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo("Unknown option: '--leader-election=on'"),
            line -> assertThat(line).isEqualTo("--namespace: 'A_' is not a name of a namespace"),
            line -> assertThat(line).startsWith("LOG_LEVEL is 'loud'; it must be one of OFF, "),
            line -> assertThat(line).startsWith("--http: '99' is not HOST:PORT"),
            line -> assertThat(line).startsWith("--management: 'x' is not HOST:PORT"),
            line ->
                assertThat(line)
                    .startsWith(
                        "--config: " + config + ", line 1: issuers[].issuer is the text 'x'"),
            line -> assertThat(line).contains("line 2: limits.bodyBytes is 1; it must be"),
            line -> assertThat(line).contains("line 3: unknown key maxConcurrentReplacements"),
            line -> assertThat(line).contains("line 1: baseUrl is missing"),
            line -> assertThat(line).startsWith("--kubeconfig: there is no file "),
            line -> assertThat(line).isEqualTo("See: mcp-session-operator gateway --help"));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3:8080, 10.1.2.3:8080",
    "[10.1.2.3]:8080, 10.1.2.3:8080",
    "[fd00::1]:9080, [fd00:0:0:0:0:0:0:1]:9080",
    "Gateway-0.gateway.mcp.svc:1, gateway-0.gateway.mcp.svc:1"
  })
  void otherReplicasReachItWhereItIsToldToBe(String given, String advertised) {
    assertThat(
            prepared("--insecure-user=alice", "--http=127.0.0.1:0", "--advertise", given)
                .options()
                .advertise())
        .hasToString("Optional[" + advertised + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.1.2.3",
        "10.1.2.3:0",
        "10.1.2.3:65536",
        "0.0.0.0:8080",
        "[::]:8080",
        "[]:8080",
        "fd00::1:8080",
        "http://10.1.2.3:8080",
        "a b:1"
      })
  void whereNoReplicaCouldReachItIsRefused(String given) {
    assertThat(start("--insecure-user=alice", "--http=127.0.0.1:0", "--advertise=" + given))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("--advertise: '" + given + "' is not HOST:PORT by which other replicas could");
  }

  @Test
  void aMissingConfigurationFileIsNamed() {
    assertThat(start("--config", folder.resolve("absent.yaml").toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("--config: there is no file " + folder.resolve("absent.yaml"))
        .doesNotContain("no issuers");
  }

  @Test
  void theOptionsReachTheProcess() throws Exception {
    GatewayCommand.Prepared prepared =
        prepared(
            "--namespace=a",
            "--namespace=b",
            "--http=0.0.0.0:9080",
            "--management=127.0.0.1:9081",
            "--config=" + config(WITH_ISSUER));
    GatewayOptions options = prepared.options();
    assertThat(options.namespaces()).containsExactlyInAnyOrder("a", "b");
    assertThat(options.http().getPort()).isEqualTo(9080);
    assertThat(options.management().getPort()).isEqualTo(9081);
    assertThat(options.insecureUser()).isEmpty();
    assertThat(options.loadBalancerDelay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(prepared.config().issuers()).hasSize(1);
  }

  @Test
  void signInIsEnoughForTheGatewayToStart() throws Exception {
    GatewayConfig config = prepared("--config=" + config(WITH_SIGN_IN)).config();
    assertThat(config.issuers()).isEmpty();
    assertThat(config.signIn()).isPresent();
  }

  @Test
  void aManagementAddressInUseIsExitCode1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThat(start("--insecure-user=alice", "--http=127.0.0.1:0", "--management=" + address))
          .isEqualTo(1);
      assertThat(err.toString()).contains("Cannot listen on " + address);
    }
  }

  private GatewayCommand.Prepared prepared(String... arguments) {
    GatewayCommand command = new GatewayCommand();
    new CommandLine(command).parseArgs(withCluster(arguments));
    List<String> problems = new ArrayList<>();
    GatewayCommand.Prepared prepared = command.prepare(environment, problems).orElse(null);
    assertThat(problems).isEmpty();
    return Objects.requireNonNull(prepared);
  }

  private String config(String yaml) throws Exception {
    return Files.writeString(folder.resolve("gateway.yaml"), yaml).toString();
  }

  private int start(String... arguments) {
    return run(
        Stream.concat(Stream.of("gateway"), Arrays.stream(withCluster(arguments)))
            .toArray(String[]::new));
  }

  private String[] withCluster(String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Stream.of("--kubeconfig", kubeconfig.toString()))
        .toArray(String[]::new);
  }

  private int run(String... arguments) {
    return new Main(environment, new PrintWriter(out, true), new PrintWriter(err, true))
        .run(arguments);
  }
}
