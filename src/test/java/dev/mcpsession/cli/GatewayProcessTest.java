package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.GatewayOptions;
import dev.mcpsession.gateway.GatewayProcess;
import dev.mcpsession.kube.ScriptedApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayProcessTest {
  @ParameterizedTest
  @CsvSource({"404, NotFound", "403, Forbidden", "500, InternalError"})
  void untilTheClusterLetsItReadItIsNotReadyAndTakesNoRequests(int code, String reason)
      throws Exception {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(code, reason, "not yet"));
        GatewayProcess process = start(server, GatewayConfig.defaults(), 0)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.requests.stream().anyMatch(it -> it.contains("mcptemplates")));
      assertThat(get(process, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(process, "/readyz").body()).contains("the caches are not filled yet: ");
      assertThat(get(process, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(process, "/metrics").body())
          .contains("mcpsession_gateway_streams{era=\"legacy\"} 0.0")
          .doesNotContain("mcpsession_evictions");
      Assertions.assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> get(process.port(), "/"));
    }
  }

  @Test
  void anAddressInUseIsSaidAtOnceAlthoughItListensLater() throws Exception {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(500, "x", "x"));
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Assertions.assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> start(server, GatewayConfig.defaults(), taken.getLocalPort()))
          .withMessageContaining("Cannot listen on")
          .withMessageContaining(":" + taken.getLocalPort());
    }
  }

  @Test
  void aDirectoryWithoutKeysIsNamedAtOnce(@TempDir Path folder) throws Exception {
    try (ScriptedApiServer server =
        new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(500, "x", "x"))) {
      GatewayConfig config = GatewayConfig.parse("keysDirectory: " + folder + "\n");
      Assertions.assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> start(server, config, 0))
          .withMessageContaining(folder.resolve("current").toString());
    }
  }

  @Test
  void theOperatorLoadsNothingOfTheGatewaysServer(@TempDir Path folder) throws Exception {
    Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), OperatorChild.KUBECONFIG);
    try (OperatorChild child =
        OperatorChild.start(
            Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:stdout"),
            "--kubeconfig",
            kubeconfig.toString())) {
      child.awaitLog("HTTP on port");
      assertThat(child.log())
          .contains("dev.mcpsession.cli.OperatorProcess ")
          .doesNotContain(" io.vertx.", " dev.mcpsession.gateway.GatewayProcess ");
    }
  }

  private static GatewayProcess start(ScriptedApiServer server, GatewayConfig config, int port)
      throws IOException {
    return GatewayProcess.start(
        server.config(),
        config,
        new GatewayOptions(
            Set.of(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            Optional.of("alice"),
            Duration.ZERO),
        with -> {
          throw new IllegalStateException("nobody configured sign-in");
        },
        InstantSource.system(),
        System::nanoTime,
        why -> {});
  }

  private static HttpResponse<String> get(GatewayProcess process, String path) throws Exception {
    return get(process.managementPort(), path);
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
