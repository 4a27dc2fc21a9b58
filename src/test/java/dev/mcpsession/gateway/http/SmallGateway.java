package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.http.ServerSettings.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The gateway's server in a process of its own with little memory. Ends with this process. */
public final class SmallGateway implements AutoCloseable {
  private static final String READY = "listening on port ";

  private final Process process;
  private final int port;

  private SmallGateway(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * The program: serves until its input ends. Its arguments are those of {@link #start}: one URL
   * for everybody, and {@code USER=URL} for some.
   */
  public static void main(String... backends) throws IOException {
    RunningGateway gateway =
        new RunningGateway(Limits.DEFAULT, Pace.DEFAULT).serve(URI.create(backends[0]));
    for (String own : List.of(backends).subList(1, backends.length)) {
      String[] parts = own.split("=", 2);
      gateway.sessions.answer(parts[0], RunningGateway.served(URI.create(parts[1]), 1));
    }
    System.out.println(READY + gateway.port());
    while (System.in.read() >= 0) {
      // until whoever started it has ended
    }
    System.exit(0);
  }

  /**
   * Returns when it listens.
   *
   * @param backend where requests go
   * @param backends where those of some users go
   * @param jvm options such as {@code -Xmx64m}
   */
  public static SmallGateway start(URI backend, Map<String, URI> backends, String... jvm)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvm));
    command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.addAll(List.of(SmallGateway.class.getName(), backend.toString()));
    backends.forEach((user, own) -> command.add(user + "=" + own));
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

  public int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The bytes of a request whose answer is a stream without end, to {@link #start}'s program. */
  public static String listen(String user) {
    String body =
        """
        {"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{\
        "notifications":{"toolsListChanged":true},\
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},\
        "io.modelcontextprotocol/clientCapabilities":{}}}}\
        """;
    return "POST "
        + RunningGateway.RESOURCE.path()
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + user
        + "\r\nContent-Type: application/json\r\n"
        + "Accept: application/json, text/event-stream\r\n"
        + "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n"
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** CPU seconds of all its threads since its start. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /** The memory that it has, in KiB. */
  public long residentKiB() throws IOException {
    return memory("VmRSS:");
  }

  /** The most memory that it has ever had, in KiB. */
  long peakKiB() throws IOException {
    return memory("VmHWM:");
  }

  /** As Linux counts it (proc(5)). */
  private long memory(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
