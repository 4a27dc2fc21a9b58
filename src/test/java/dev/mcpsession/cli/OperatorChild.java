package dev.mcpsession.cli;

import dev.mcpsession.cluster.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The operator as an operating system process of its own, with what it wrote. */
public final class OperatorChild implements AutoCloseable {
  /** Of an API server that is not there. */
  static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
      users: [{name: u, user: {token: not-to-be-logged}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      current-context: x
      """;

  private final Process process;
  private final Path output;
  private final int port;

  private OperatorChild(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /** Serves HTTP on a free port. */
  public static OperatorChild start(Map<String, String> environment, String... options)
      throws IOException {
    int port = FreePort.onLoopback();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dlogback.configurationFile=logback.xml")); // not logback-test.xml
    String jar = System.getProperty("operator.jar"); // packaged already, in the integration tests
    command.addAll(
        jar == null
            ? List.of("-cp", System.getProperty("java.class.path"), Main.class.getName())
            : List.of("-jar", jar));
    command.addAll(List.of("operator", "--http", "127.0.0.1:" + port));
    command.addAll(List.of(options));
    Path output = Files.createTempFile("operator", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    List.of(
            "LOG_LEVEL",
            "LOG_FORMAT",
            "KUBERNETES_SERVICE_HOST",
            "POD_NAME",
            "POD_UID",
            "POD_NAMESPACE",
            "KUBECONFIG")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    return new OperatorChild(builder.start(), output, port);
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  public String log() throws IOException {
    return Files.readString(output);
  }

  public void awaitLog(String text) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> log().contains(text));
  }

  /** Sends SIGTERM; returns the exit code, or fails after the 5 s that are promised. */
  public int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      throw new AssertionError("Still there 5 s after SIGTERM");
    }
    return process.exitValue();
  }

  /** Sends a signal by its name. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** The exit code, once it has ended. */
  public int await() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("Still there after 60 s");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(output);
  }
}
