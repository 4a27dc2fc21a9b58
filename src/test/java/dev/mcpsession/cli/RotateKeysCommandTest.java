package dev.mcpsession.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.kube.ScriptedApiServer;
import dev.mcpsession.kube.ScriptedApiServer.Reply;
import dev.mcpsession.kube.ScriptedApiServer.Request;
import dev.mcpsession.signin.key.SignInKeys;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotateKeysCommandTest {
  private static final String PATH = "/api/v1/namespaces/mcp/secrets/gateway-keys";
  private static final GatewayConfig.SignIn SIGN_IN =
      new GatewayConfig.SignIn(
          URI.create("https://mcp.example"),
          Optional.of("mcp"),
          "gateway-keys",
          Optional.empty(),
          List.of(),
          Duration.ofMinutes(10),
          Duration.ofDays(14),
          Duration.ofDays(90),
          new GatewayConfig.Clients(true, true, List.of(), false));

  private final ScriptedApiServer server = ScriptedApiServer.answering(this::answer);
  private String content =
      SignInKeys.generated(Instant.parse("2020-01-01T00:00:00Z"), new SecureRandom()).serialized();
  private boolean isForbidden;
  @TempDir private Path folder;

  /** A Secret that is read, and changed by a merge patch. */
  private Reply answer(Request request) {
    if (!request.path().equals(PATH)) {
      return Reply.refusal(404, "NotFound", request.path());
    }
    if (isForbidden) {
      return Reply.refusal(403, "Forbidden", "secrets is forbidden");
    }
    if (request.method().equals("PATCH")) {
      content = patched(request.body());
    }
    String encoded = Base64.getEncoder().encodeToString(content.getBytes(UTF_8));
    return new Reply(
        200,
        """
        {"apiVersion":"v1","kind":"Secret","data":{"keys.json":"%s"},\
        "metadata":{"name":"gateway-keys","namespace":"mcp","resourceVersion":"1"}}\
        """
            .formatted(encoded));
  }

  private static String patched(String patch) {
    try {
      return new String(
          Base64.getDecoder()
              .decode(new ObjectMapper().readTree(patch).at("/data/keys.json").asText()),
          UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void addsKeysAndSaysSo() throws Exception {
    List<String> old = SignInKeys.parse(content).ids();
    RoleRun run = rotate();
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    SignInKeys stored = SignInKeys.parse(content);
    assertThat(stored.ids()).hasSize(4).containsAll(old);
    assertThat(run.out())
        .contains("to Secret mcp/gateway-keys; all replicas use them from ")
        .contains(stored.ids().stream().filter(id -> !old.contains(id)).toList())
        .contains("The older keys are still needed.");
  }

  @Test
  void saysWhichKeysAreGone() throws Exception {
    List<String> old = SignInKeys.parse(content).ids();
    content =
        SignInKeys.parse(content)
            .rotated(Instant.parse("2020-02-01T00:00:00Z"), Duration.ofDays(90), new SecureRandom())
            .keys()
            .serialized();
    RoleRun run = rotate();
    assertThat(run.out())
        .contains("Removed keys that nothing needs any more: " + String.join(", ", old));
    assertThat(SignInKeys.parse(content).ids()).hasSize(4).doesNotContainAnyElementsOf(old);
  }

  @Test
  void saysWhatIsNotPermitted() {
    isForbidden = true;
    RoleRun run = rotate();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Secret mcp/gateway-keys").doesNotContain("\tat ");
  }

  @Test
  void leavesKeysAloneThatItCannotRead() {
    content = "{\"keys\":[]}";
    RoleRun run = rotate();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("Secret mcp/gateway-keys cannot be used");
    assertThat(content).isEqualTo("{\"keys\":[]}");
  }

  @Test
  void theNamespaceIsThatOfTheConfigurationThePodOrTheKubeconfig() {
    GatewayConfig.SignIn anywhere =
        new GatewayConfig.SignIn(
            SIGN_IN.issuer(),
            Optional.empty(),
            SIGN_IN.keysSecretName(),
            SIGN_IN.identityProvider(),
            SIGN_IN.allowedEndpoints(),
            SIGN_IN.accessToken(),
            SIGN_IN.idle(),
            SIGN_IN.absolute(),
            SIGN_IN.clients());
    Config cluster = new ConfigBuilder(server.config()).withNamespace("context").build();
    Map<String, String> pod = Map.of("POD_NAMESPACE", "pod");
    assertThat(RotateKeysCommand.rotating(cluster, SIGN_IN, pod).namespace()).isEqualTo("mcp");
    assertThat(RotateKeysCommand.rotating(cluster, anywhere, pod).namespace()).isEqualTo("pod");
    assertThat(RotateKeysCommand.rotating(cluster, anywhere, Map.of()).namespace())
        .isEqualTo("context");
  }

  @Test
  void withoutSignInThereIsNothingToRotate() throws Exception {
    Path config = Files.writeString(folder.resolve("gateway.yaml"), "allowedHosts: [a]\n");
    Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), OperatorChild.KUBECONFIG);
    RoleRun run = RoleRun.as(kubeconfig, "gateway", "rotate-keys", "--config", config.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("has no signIn, so there are no keys to rotate")
        .contains("See: mcp-session-operator gateway rotate-keys --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--config", "--kubeconfig", "--http"})
  void anOptionThatStandsBeforeItIsRefusedAndNotIgnored(String option) {
    RoleRun run = RoleRun.of("gateway", option, "a.yaml", "rotate-keys", "--config", "b.yaml");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(option + " stands before rotate-keys, which does not see it; put it behind");
  }

  @Test
  void theConfigurationMustBeNamed() {
    RoleRun run = RoleRun.of("gateway", "rotate-keys", "--nonsense");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--config=FILE", "Unknown option: '--nonsense'");
  }

  private RoleRun rotate() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        RotateKeysCommand.rotating(server.config(), SIGN_IN, Map.of())
            .run(new PrintWriter(out, true), new PrintWriter(err, true));
    return new RoleRun(code, out.toString(), err.toString());
  }
}
