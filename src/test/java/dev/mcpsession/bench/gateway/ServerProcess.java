package dev.mcpsession.bench.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server in a process of its own, so that Linux counts what it and its children use. */
public final class ServerProcess implements AutoCloseable {
  private static final String OUTPUT = "output.log";

  private final String name;
  private final Process process;
  private final Path folder;

  private ServerProcess(String name, Process process, Path folder) {
    this.name = name;
    this.process = process;
    this.folder = folder;
  }

  /**
   * Starts it and returns when it listens on this port of the loopback address.
   *
   * @param name for error messages
   * @param folder for what it writes; deleted at its end
   */
  public static ServerProcess start(String name, int port, Path folder, List<String> command)
      throws IOException {
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(OUTPUT).toFile())
            .start();
    ServerProcess server = new ServerProcess(name, started, folder);
    try {
      Awaitility.await(name + " listens")
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofMinutes(5))
          .until(() -> server.listens(port));
      return server;
    } catch (RuntimeException e) {
      server.handles().toList().forEach(ProcessHandle::destroyForcibly);
      throw e;
    }
  }

  /** Starts a class of the benchmarks in a JVM of its own. */
  static ServerProcess java(Class<?> main, int port, List<String> jvm, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(jdk("java"));
    command.addAll(jvm);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return start(main.getSimpleName(), port, Files.createTempDirectory("bench"), command);
  }

  /** CPU seconds of all its threads and of its children since their start. */
  public double cpuSeconds() {
    return handles()
        .mapToDouble(it -> it.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9)
        .sum();
  }

  /** Resident memory, as Linux counts it; pages that processes share are counted in each. */
  public double residentKiB() throws IOException {
    double sum = 0;
    for (ProcessHandle handle : handles().toList()) {
      for (String line :
          Files.readAllLines(Path.of("/proc", String.valueOf(handle.pid()), "status"))) {
        if (line.startsWith("VmRSS:")) {
          sum += Double.parseDouble(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return sum;
  }

  /** What a JVM keeps in its heap, after a full collection. */
  public double liveHeapKiB() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(jdk("jcmd"), String.valueOf(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    List<String> lines = jcmd.inputReader().lines().toList();
    jcmd.waitFor();
    return lines.stream()
        .filter(line -> line.startsWith("Total"))
        .mapToDouble(line -> Double.parseDouble(line.trim().split(" +", -1)[2]) / 1024)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " gave no histogram: " + lines));
  }

  static String jdk(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  private Stream<ProcessHandle> handles() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private boolean listens(int port) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          name
              + " has ended with "
              + process.exitValue()
              + ": "
              + Files.readString(folder.resolve(OUTPUT)));
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      handles().toList().forEach(ProcessHandle::destroyForcibly);
      process.waitFor();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
