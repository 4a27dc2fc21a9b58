package dev.mcpsession.gateway.http;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.external.ExternalProgram;
import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Clients whose packets stop, in a network namespace of its own, where dropping packets harms
 * nobody else. Prints a line for each: its name, and after how many milliseconds the gateway has
 * ended its connection. At last what the gateway and the backend know of them.
 */
final class SilentClients {
  private static final Duration WATCHED = Duration.ofSeconds(40);
  private static final String MODERN =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hang","arguments":{},\
      "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},\
      "io.modelcontextprotocol/clientCapabilities":{}}}}\
      """;

  /** A client, and when its packets stop, in seconds. */
  private record Client(String name, RawClient connection, int silentAfter) {}

  private final RunningGateway gateway;
  private final McpBackend backend;
  private final String session;

  private SilentClients(RunningGateway gateway, McpBackend backend, String session) {
    this.gateway = gateway;
    this.backend = backend;
    this.session = session;
  }

  public static void main(String... none) throws Exception {
    command("ip", "link", "set", "lo", "up");
    try (McpBackend backend = McpBackend.start("0.0.0.0", 0);
        RunningGateway gateway =
            new RunningGateway(Limits.DEFAULT, Pace.DEFAULT).serve(backend.endpoint());
        McpHttp user = new McpHttp("alice")) {
      String session = user.initialize(gateway.endpoint()).sessionId().orElseThrow();
      new SilentClients(gateway, backend, session).run();
    }
    System.exit(0);
  }

  private void run() throws InterruptedException {
    List<Thread> watching = new ArrayList<>();
    for (Client client :
        List.of(
            new Client("stream silent at once", stream("bob"), 0),
            new Client("stream silent before its heartbeat", stream("carol"), 13),
            new Client("stream silent after its heartbeat", stream("dave"), 17),
            new Client("request that waits", request(), 0),
            new Client("idle connection", idle(), 0),
            new Client("process that reads nothing", stream("erin"), Integer.MAX_VALUE))) {
      watching.add(Thread.ofVirtual().start(() -> watch(client)));
    }
    for (Thread thread : watching) {
      thread.join();
    }
    System.out.println("RESULT\tlost\t" + gateway.activity.lost);
    System.out.println("RESULT\tpresent\t" + gateway.activity.present);
    System.out.println("RESULT\tcancelled\t" + backend.report().getInteger("cancelled"));
  }

  /** Each user has a stream of its own on the same session: the newest of one id wins. */
  private RawClient stream(String user) {
    try (McpHttp client = new McpHttp(user)) {
      String id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
      RawClient stream = gateway.connect();
      stream.request("GET", user, "Mcp-Session-Id: " + id + "\r\n").readUntil("\r\n\r\n");
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private RawClient request() {
    RawClient client = gateway.connect();
    client.post(
        "frank",
        "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: hang\r\n",
        MODERN);
    await().until(() -> backend.seen().getLast().method().equals("tools/call"));
    return client;
  }

  private RawClient idle() {
    RawClient client = gateway.connect();
    client
        .post(
            "alice",
            "Mcp-Session-Id: " + session + "\r\n",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")
        .readUntil("\"result\"");
    return client;
  }

  private void watch(Client client) {
    try {
      if (client.silentAfter <= WATCHED.toSeconds()) {
        Thread.sleep(Duration.ofSeconds(client.silentAfter));
        for (String side : List.of("--sport", "--dport")) {
          String port = Integer.toString(client.connection.port());
          command("iptables", "-A", "INPUT", "-p", "tcp", side, port, "-j", "DROP");
        }
      }
      long silent = System.nanoTime();
      long left = WATCHED.toNanos();
      while (isOpen(client.connection.port()) && System.nanoTime() - silent < left) {
        Thread.sleep(50);
      }
      long after = System.nanoTime() - silent;
      System.out.println(
          "RESULT\t" + client.name + "\t" + (after < left ? after / 1_000_000 : "open"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the kernel has the gateway's side of the connection of a client's port (proc(5)). */
  private boolean isOpen(int port) throws IOException {
    return isOpen("tcp", port) || isOpen("tcp6", port);
  }

  private boolean isOpen(String family, int port) throws IOException {
    String local = String.format(Locale.ROOT, ":%04X", gateway.port());
    String remote = String.format(Locale.ROOT, ":%04X", port);
    return Files.readAllLines(Path.of("/proc/self/net", family)).stream()
        .map(line -> line.trim().split(" +", 5))
        .anyMatch(
            cell -> cell[1].endsWith(local) && cell[2].endsWith(remote) && cell[3].equals("01"));
  }

  private static void command(String program, String... words) {
    ExternalProgram.Result result =
        ExternalProgram.named(program, program.equals("ip") ? "iproute2" : program).run(words);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(program + " has failed: " + result.output());
    }
  }
}
