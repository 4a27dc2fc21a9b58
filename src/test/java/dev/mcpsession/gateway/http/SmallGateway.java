package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.http.ServerSettings.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The gateway's server in a process of its own with little memory. Ends with this process. */
final class SmallGateway implements AutoCloseable {
  private static final String READY = "listening on port ";

  private final Process process;
  private final int port;

  private SmallGateway(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** The program: serves until its input ends. */
  public static void main(String... backend) throws IOException {
    RunningGateway gateway =
        new RunningGateway(Limits.DEFAULT, Pace.DEFAULT).serve(URI.create(backend[0]));
    System.out.println(READY + gateway.port());
    while (System.in.read() >= 0) {
      // until whoever started it has ended
    }
    System.exit(0);
  }

  /**
   * Returns when it listens.
   *
   * @param backend where all requests go
   * @param jvm options such as {@code -Xmx64m}
   */
  static SmallGateway start(URI backend, String... jvm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvm));
    command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.addAll(List.of(SmallGateway.class.getName(), backend.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output = process.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(READY)) {
        return new SmallGateway(process, Integer.parseInt(line.substring(READY.length())));
      }
    }
    throw new IOException("The gateway has ended at once.");
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The most memory that it has ever had, in KiB (proc(5)). */
  long peakKiB() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
