package dev.mcpsession.cli;

import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.cluster.JarProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  private static final Duration PROMISED = Duration.ofSeconds(5);

  private final JarProcess process;
  private final int port;

  private OperatorChild(JarProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Serves HTTP on a free port. */
  public static OperatorChild start(Map<String, String> environment, String... options)
      throws IOException {
    int port = FreePort.onLoopback();
    List<String> arguments = new ArrayList<>(List.of("operator", "--http", "127.0.0.1:" + port));
    arguments.addAll(List.of(options));
    return new OperatorChild(JarProcess.start(environment, arguments), port);
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  public String log() throws IOException {
    return process.log();
  }

  public void awaitLog(String text) {
    process.awaitLog(text);
  }

  /** Sends SIGTERM; returns the exit code, or fails after the 5 s that are promised. */
  public int terminate() throws InterruptedException {
    return process.terminate(PROMISED);
  }

  /** Sends a signal by its name. */
  public void signal(String name) throws IOException, InterruptedException {
    process.signal(name);
  }

  /** The exit code, once it has ended. */
  public int await() throws InterruptedException {
    return process.await();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
