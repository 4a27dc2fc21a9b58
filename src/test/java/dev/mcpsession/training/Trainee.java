package dev.mcpsession.training;

import dev.mcpsession.image.UnpackedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

/** The image's operator, while its JVM records the content of the cache. */
final class Trainee implements AutoCloseable {
  /** The limit for writing the cache, which the JVM does at its end, in a second JVM. */
  private static final Duration WRITING = Duration.ofMinutes(3);

  private static final int WORDS = 20;

  private final Process process;
  private final Path log;
  private final int port;

  private Trainee(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /**
   * Returns before it is ready.
   *
   * @throws IOException if the machine cannot run it
   */
  static Trainee start(UnpackedImage image, Path kubeconfig, Path cache) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>();
    command.add(image.java().toString());
    command.add("-XX:AOTCacheOutput=" + cache);
    // As in the container of config/manager, which has 512 MiB.
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(image.arguments());
    command.addAll(List.of("operator", "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--http", "127.0.0.1:" + port, "--leader-election", "on"));
    Path log = kubeconfig.resolveSibling("operator.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(image.environment());
    builder.environment().put("LOG_FORMAT", "JSON"); // as in a cluster
    return new Trainee(builder.start(), log, port);
  }

  /**
   * Whether a path is answered with 200.
   *
   * @throws IOException if the operator has ended
   */
  boolean answers(String path) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IOException("the JVM ended with " + process.exitValue() + ":\n" + words());
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return client
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notListeningYet) {
      return false;
    }
  }

  /**
   * Ends it with SIGTERM, as a rollout does; returns when the cache is written.
   *
   * @throws IOException if it did not end properly
   */
  void end() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(WRITING.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the JVM did not end within " + WRITING.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException("the JVM ended with " + process.exitValue() + ":\n" + words());
    }
  }

  /** The end of its output. */
  private String words() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - WORDS), lines.size()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
