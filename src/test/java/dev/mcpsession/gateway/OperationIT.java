package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.cluster.JarProcess;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.fixture.FixturePod;
import dev.mcpsession.replicas.GatewayReplicas;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What whoever runs the gateway relies on: outages of the API server, its end, and its keys. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WHOAMI =
      """
      {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"whoami","arguments":{}}}
      """;

  private final Cluster cluster;
  private final McpHttp client = new McpHttp(null);
  private TcpProxy apiServer;
  private Path kubeconfig;
  private GatewayReplicas replicas;
  private String known;

  OperationIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    String original = Files.readString(cluster.kubeconfig());
    URI server = URI.create(cluster.client().getConfiguration().getMasterUrl());
    apiServer = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
    kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            original.replace(
                server.getHost() + ":" + server.getPort(), "127.0.0.1:" + apiServer.port()));
    replicas =
        GatewayReplicas.start(kubeconfig, cluster.namespace(), 2, "", "--insecure-user", "alice");
    offer("known");
    offer("other");
    known = initialized(replicas.replica(0), "known");
  }

  @AfterAll
  void stop() throws Exception {
    if (replicas != null) {
      replicas.close();
    }
    client.close();
    apiServer.close();
  }

  @Test
  void whileTheApiServerIsAwayExistingSessionsGoOnAndNewOnesAreRefused() throws Exception {
    Replica gateway = replicas.replica(0);
    apiServer.cut();
    try {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(gateway.management("/readyz").body())
                      .contains("API server not heard for"));
      assertThat(gateway.management("/readyz").statusCode()).isEqualTo(200);
      assertThat(post(gateway, "known", known, WHOAMI).status()).isEqualTo(200);
      Answer refused = client.initialize(gateway.endpoint(cluster.namespace(), "other"));
      assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    } finally {
      apiServer.restore();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(gateway.management("/readyz").body()).isEqualTo("ok: takes requests\n"));
    initialized(gateway, "other");
  }

  @Test
  void anIdOfOneReplicaIsGoodOnAnotherWithTheSameKeysAndOnNoOther() throws Exception {
    assertThat(post(replicas.replica(1), "known", known, WHOAMI).status()).isEqualTo(200);

    int port = FreePort.onLoopback();
    int management = FreePort.onLoopback();
    try (JarProcess alone =
        JarProcess.start(
            Map.of(),
            List.of(
                "gateway",
                "--kubeconfig=" + cluster.kubeconfig(),
                "--namespace=" + cluster.namespace(),
                "--http=127.0.0.1:" + port,
                "--management=127.0.0.1:" + management,
                "--insecure-user=alice"))) {
      Replica keyless = new Replica(alone, port, management);
      replicas.awaitReady(keyless);
      assertThat(alone.log()).contains("keysDirectory is not set");
      assertThat(post(keyless, "known", known, WHOAMI).status()).isEqualTo(404);
      alone.awaitLog("\"status\":404");
      assertThat(alone.log()).contains("\"template\":\"known\"").doesNotContain(known);
    }
  }

  @Test
  void onSigtermRequestsEndStreamsAreToldToComeBackAndNothingIsLost() throws Exception {
    Replica gateway = replicas.startReplica();
    replicas.awaitReady(gateway);
    URI endpoint = gateway.endpoint(cluster.namespace(), "known");
    CompletableFuture<String> stream = stream(endpoint);
    CompletableFuture<Answer> request =
        client.postAsync(
            endpoint,
            known,
            """
            {"jsonrpc":"2.0","id":8,"method":"tools/call",
             "params":{"name":"sleep","arguments":{"millis":8000}}}
            """);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(gateway.management("/metrics").body())
                    .contains("mcpsession_gateway_streams{era=\"legacy\"}")
                    .doesNotContain("mcpsession_gateway_streams{era=\"legacy\"} 0"));

    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() -> terminate(gateway.process()));
    await().atMost(PATIENCE).until(() -> gateway.management("/readyz").body().equals("stopping\n"));
    assertThat(post(gateway, "known", known, WHOAMI).status())
        .as("a request that a load balancer still sends")
        .isEqualTo(200);

    Answer answer = request.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.message()).contains("\"id\":8", "\"result\"");
    assertThat(stream.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).contains("retry: 1000");
    assertThat(exit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
    gateway.process().awaitLog("Stopped");
    assertThat(gateway.process().log()).doesNotContain("ERROR");
  }

  /** All that came on a GET stream until it ended. */
  private CompletableFuture<String> stream(URI endpoint) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response =
                http.send(
                    HttpRequest.newBuilder(endpoint)
                        .header("Accept", "text/event-stream")
                        .header("Mcp-Session-Id", known)
                        .header("MCP-Protocol-Version", McpHttp.PROTOCOL)
                        .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
              return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static int terminate(JarProcess process) {
    try {
      return process.terminate(PATIENCE);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String initialized(Replica gateway, String template) throws Exception {
    Answer answer = client.initialize(gateway.endpoint(cluster.namespace(), template));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.sessionId().orElseThrow();
  }

  private Answer post(Replica gateway, String template, String id, String message)
      throws Exception {
    return client.post(gateway.endpoint(cluster.namespace(), template), id, message);
  }

  private void offer(String name) {
    cluster
        .client()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSessionTemplate
                metadata: {name: %s, namespace: %s}
                spec:
                  access: {everyone: true}
                  session: {podTemplate: {spec: %s}}
                """
                    .formatted(name, cluster.namespace(), Serialization.asJson(FixturePod.spec())),
                McpSessionTemplate.class))
        .create();
    replicas.awaitOffered(cluster.namespace(), name, null);
  }
}
