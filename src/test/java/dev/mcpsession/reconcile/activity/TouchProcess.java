package dev.mcpsession.reconcile.activity;

import dev.mcpsession.cluster.Cluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@link Toucher} as a process of the operating system, and its output. */
final class TouchProcess implements AutoCloseable {
  private final Process process;
  private final List<Touch> touches = new CopyOnWriteArrayList<>();

  TouchProcess(Cluster cluster, String namespace) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-classpath",
                System.getProperty("java.class.path"),
                Toucher.class.getName(),
                cluster.kubeconfig().toString(),
                namespace)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().filter(Touch::isTouch).map(Touch::parse).forEach(touches::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The touches so far. */
  List<Touch> touches() {
    return List.copyOf(touches);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
