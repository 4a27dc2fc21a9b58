package dev.mcpsession.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.external.ExternalProgram;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Prometheus as a process of its own on a free loopback port. Scrapes one replica of the operator
 * each second, and gives it a label {@code namespace} as it does in a cluster.
 */
final class RunningPrometheus implements AutoCloseable {
  static final String JOB = "mcp-session-operator";
  static final String NAMESPACE = "operators";

  private final Process process;
  private final URI address;
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningPrometheus(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Returns when it is ready.
   *
   * @param folder for its configuration and data
   * @param target HTTP port of the replica
   * @param rules content of the rules file
   */
  static RunningPrometheus start(Path folder, int target, String rules) throws IOException {
    int port = FreePort.onLoopback();
    Path rulesFile = Files.writeString(folder.resolve("rules.yaml"), rules);
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yaml"),
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: ["%s"]
            scrape_configs:
              - job_name: %s
                static_configs: [{targets: ["127.0.0.1:%d"], labels: {namespace: %s}}]
            """
                .formatted(rulesFile, JOB, target, NAMESPACE));
    Path log = folder.resolve("prometheus.log");
    Process process =
        ExternalProgram.named("prometheus", "prometheus")
            .start(
                ProcessBuilder.Redirect.to(log.toFile()),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
    RunningPrometheus started =
        new RunningPrometheus(process, URI.create("http://127.0.0.1:" + port));
    Awaitility.await("prometheus, see " + log)
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .failFast(() -> !process.isAlive())
        .until(() -> started.send("/-/ready").statusCode() == 200);
    return started;
  }

  /** What came of an instant query: series with their labels. Fails where it is refused. */
  List<JsonNode> query(String expr) throws IOException, InterruptedException {
    String query = URLEncoder.encode(expr, StandardCharsets.UTF_8);
    return Dashboard.elements(get("/api/v1/query?query=" + query).path("result")).toList();
  }

  /** Rules as it has loaded them. */
  List<JsonNode> rules() throws IOException, InterruptedException {
    return Dashboard.elements(get("/api/v1/rules").path("groups"))
        .flatMap(group -> Dashboard.elements(group.path("rules")))
        .toList();
  }

  /** Names of the alerts that fire. */
  Set<String> firing() throws IOException, InterruptedException {
    return Dashboard.elements(get("/api/v1/alerts").path("alerts"))
        .filter(alert -> alert.path("state").asText().equals("firing"))
        .map(alert -> alert.at("/labels/alertname").asText())
        .collect(Collectors.toSet());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    JsonNode answer = new ObjectMapper().readTree(send(path).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError(path + ": " + answer);
    }
    return answer.path("data");
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(10)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws InterruptedException {
    http.close();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
