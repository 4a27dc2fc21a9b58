package dev.mcpsession.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A role of the jar as an operating system process of its own, with what it wrote. */
public final class JarProcess implements AutoCloseable {
  /** Variable that names a file with another configuration of the log than the jar's own. */
  public static final String LOGBACK = "TEST_LOGBACK";

  private static final List<String> NOT_INHERITED =
      List.of(
          "LOG_LEVEL",
          "LOG_FORMAT",
          "KUBERNETES_SERVICE_HOST",
          "POD_NAME",
          "POD_UID",
          "POD_NAMESPACE",
          "KUBECONFIG");

  private final Process process;
  private final Path output;

  private JarProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts the packaged jar, and where there is none the classes of the tests.
   *
   * @param environment added to this process's, which the variables that the jar reads are left out
   *     of
   * @param arguments the role and its options
   */
  public static JarProcess start(Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    // Else it would be logback-test.xml.
    command.add("-Dlogback.configurationFile=" + environment.getOrDefault(LOGBACK, "logback.xml"));
    String jar = System.getProperty("operator.jar"); // packaged already, in the integration tests
    command.addAll(
        jar == null
            ? List.of("-cp", System.getProperty("java.class.path"), "dev.mcpsession.cli.Main")
            : List.of("-jar", jar));
    command.addAll(arguments);
    Path output = Files.createTempFile(arguments.getFirst(), ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    NOT_INHERITED.forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    return new JarProcess(builder.start(), output);
  }

  /** All that it wrote to its standard streams. */
  public String log() throws IOException {
    return Files.readString(output);
  }

  public void awaitLog(String text) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> log().contains(text));
  }

  /** Sends SIGTERM; returns the exit code, or fails if it takes longer. */
  public int terminate(Duration within) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("Still there " + within.toSeconds() + " s after SIGTERM");
    }
    return process.exitValue();
  }

  /** Its number in the operating system. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: nothing of it runs on. What it wrote stays until {@link #close}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends a signal by its name, such as STOP. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** The exit code, once it has ended; waits at most a minute. */
  public int await() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("Still there after 60 s");
    }
    return process.exitValue();
  }

  /** Acts like SIGKILL. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(output);
  }
}
