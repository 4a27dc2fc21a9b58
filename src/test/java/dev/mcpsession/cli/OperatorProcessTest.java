package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.ScriptedApiServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorProcessTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | NotFound     | the server could not find the requested resource | kubectl apply -f crds/
          403 | Forbidden    | cannot list resource mcpsessions                 | config/rbac/
          401 | Unauthorized | Unauthorized                                     | credentials
          500 | InternalError| etcd is away                                     | etcd is away
          """)
  void whatTheClusterLacksIsSaidAndWaitedFor(int code, String reason, String message, String said)
      throws Exception {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(code, reason, message));
        OperatorProcess process = start(server)) {
      await()
          .untilAsserted(
              () -> assertThat(process.notReadyReason()).get().asString().contains(said));
      assertThat(get(process, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(process, "/readyz").body()).contains(said);
      assertThat(get(process, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(process, "/metrics").body())
          .contains("mcpsession_evictions_total", "\nmcpsession_leader 0.0\n")
          .doesNotContain("mcpsession_sessions{");
    }
  }

  @Test
  void itTriesAgainUntilTheClusterLetsIt() throws Exception {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(404, "NotFound", "no"));
        OperatorProcess process = start(server)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> server.requests.stream().filter(r -> r.contains("mcpsessions")).count() >= 3);
      assertThat(process.notReadyReason()).isPresent();
    }
  }

  @Test
  void whenItsCredentialsAreRefusedLaterItIsNotReadyAndSaysSo() throws Exception {
    try (ScriptedCluster cluster = new ScriptedCluster();
        OperatorProcess process = CacheSyncTest.start(cluster, Set.of())) {
      await().atMost(Duration.ofSeconds(30)).until(() -> process.notReadyReason().isEmpty());
      cluster.unauthorized = true;
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(process.notReadyReason())
                      .get()
                      .asString()
                      .contains("credentials of this process (401 Unauthorized)"));
      cluster.unauthorized = false;
      await().atMost(Duration.ofSeconds(30)).until(() -> process.notReadyReason().isEmpty());
    }
  }

  @Test
  void itEndsAtOnceWhileItWaitsAndAgainDoesNothing() throws Exception {
    try (ScriptedApiServer server =
        new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(404, "NotFound", "no"))) {
      OperatorProcess process = start(server);
      await().until(() -> !server.requests.isEmpty());
      long before = System.nanoTime();
      process.close();
      process.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
      assertThat(process.notReadyReason()).contains("stopping");
    }
  }

  private static OperatorProcess start(ScriptedApiServer server) throws IOException {
    return OperatorProcess.start(
        server.config(), OperatorConfig.defaults(), OperatorOptions.alone(), why -> {});
  }

  private static HttpResponse<String> get(OperatorProcess process, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.httpPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
