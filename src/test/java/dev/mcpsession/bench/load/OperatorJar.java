package dev.mcpsession.bench.load;

import dev.mcpsession.bench.report.Progress;
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
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The operator as in production: the jar, in a process of its own that can be measured. */
public final class OperatorJar implements AutoCloseable {
  /** What the JVM selects by itself in the container of config/manager, which has 512 MiB. */
  private static final List<String> JVM = List.of("-Xmx128m", "-XX:+UseSerialGC");

  private final Process process;
  private final Path output;
  private final Path config;
  private final int port;
  private final long started = System.nanoTime();

  private OperatorJar(Process process, Path output, Path config, int port) {
    this.process = process;
    this.output = output;
    this.config = config;
    this.port = port;
  }

  /**
   * Returns before it is ready.
   *
   * @param config content of the configuration file; empty: the defaults
   */
  static OperatorJar start(Path kubeconfig, String namespace, boolean election, String config)
      throws IOException {
    int port = FreePort.onLoopback();
    List<String> command = new ArrayList<>();
    command.add(jdk("java"));
    command.addAll(JVM);
    command.addAll(List.of("-jar", System.getProperty("operator.jar"), "operator"));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString(), "--namespace", namespace));
    command.addAll(List.of("--http", "127.0.0.1:" + port));
    command.addAll(List.of("--leader-election", election ? "on" : "off"));
    Path file = Files.writeString(Files.createTempFile("operator", ".yaml"), config);
    command.addAll(List.of("--config", file.toString()));
    Path output = Files.createTempFile("operator", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    List.of("LOG_LEVEL", "LOG_FORMAT", "KUBERNETES_SERVICE_HOST")
        .forEach(builder.environment()::remove);
    builder.environment().put("POD_NAME", "bench");
    builder.environment().put("POD_NAMESPACE", namespace);
    return new OperatorJar(builder.start(), output, file, port);
  }

  /** The time from the start of the process until /readyz returned 200. */
  public Duration awaitReady() {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofMinutes(3))
        .until(this::isReady);
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /** CPU seconds of all threads since its start. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /** Heap still in use after a full collection. */
  public double heapMiB() throws IOException, InterruptedException {
    new ProcessBuilder(jdk("jcmd"), String.valueOf(process.pid()), "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    return get("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum()
        / (1 << 20);
  }

  /** Resident memory, as Linux counts it. */
  public double residentMiB() throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  /** Its warnings and errors. */
  List<String> complaints() throws IOException {
    return Files.readAllLines(output).stream()
        .filter(line -> line.contains("WARN") || line.contains("ERROR"))
        .toList();
  }

  private boolean isReady() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("The operator has ended with " + process.exitValue());
    }
    try {
      return get("/readyz").statusCode() == 200;
    } catch (IOException notListeningYet) {
      return false;
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static String jdk(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  /** Ends it with SIGTERM, as a rollout does. */
  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    List<String> complaints = complaints();
    complaints.stream().limit(3).forEach(Progress::say);
    if (complaints.size() > 3) {
      Progress.say("and " + (complaints.size() - 3) + " more complaints of the operator");
    }
    Files.deleteIfExists(output);
    Files.deleteIfExists(config);
  }
}
