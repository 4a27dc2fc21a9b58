package dev.mcpsession.bench.gateway;

import dev.mcpsession.cluster.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The gateway as in production: the jar, in a process of its own that can be measured. */
public final class GatewayJar implements AutoCloseable {
  /** All of the heap is resident from the start, so that other memory can be told from it. */
  private static final List<String> JVM =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:+AlwaysPreTouch",
          "--enable-native-access=ALL-UNNAMED");

  private final ServerProcess process;
  private final int port;

  private GatewayJar(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Returns when it is ready.
   *
   * @param config its configuration but for the keys
   */
  public static GatewayJar start(Path kubeconfig, String namespace, String config)
      throws IOException {
    return start(kubeconfig, namespace, FreePort.onLoopback(), config);
  }

  /**
   * As {@link #start(Path, String, String)}, for a configuration that names the port.
   *
   * @param port a free one of the loopback address
   */
  public static GatewayJar start(Path kubeconfig, String namespace, int port, String config)
      throws IOException {
    int management = FreePort.onLoopback();
    Path folder = Files.createTempDirectory("gateway");
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Path keys = Files.createDirectory(folder.resolve("keys"));
    Files.write(keys.resolve("current"), key);
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, "keysDirectory: " + keys + "\n" + config);
    List<String> command = new ArrayList<>(List.of(ServerProcess.jdk("java")));
    command.addAll(JVM);
    command.addAll(List.of("-jar", System.getProperty("operator.jar"), "gateway"));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString(), "--namespace", namespace));
    command.addAll(List.of("--config", file.toString(), "--http", "127.0.0.1:" + port));
    command.addAll(List.of("--management", "127.0.0.1:" + management));
    ServerProcess process = ServerProcess.start("the gateway", port, folder, command);
    Awaitility.await("the gateway is ready")
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> status(management) == 200);
    return new GatewayJar(process, port);
  }

  public ServerProcess process() {
    return process;
  }

  public int port() {
    return port;
  }

  private static int status(int management) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/readyz"))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
  }
}
