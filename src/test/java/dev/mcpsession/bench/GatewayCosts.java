package dev.mcpsession.bench;

import dev.mcpsession.bench.gateway.FirstAnswers;
import dev.mcpsession.bench.gateway.GatewayArena;
import dev.mcpsession.bench.gateway.LocalNetwork;
import dev.mcpsession.bench.gateway.Nginx;
import dev.mcpsession.bench.gateway.RequestRounds;
import dev.mcpsession.bench.gateway.RequestRounds.Target;
import dev.mcpsession.bench.gateway.ServerProcess;
import dev.mcpsession.bench.gateway.StreamClient;
import dev.mcpsession.bench.gateway.StreamMemory;
import dev.mcpsession.bench.gateway.StreamUpstream;
import dev.mcpsession.bench.gateway.Tools;
import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.FreePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the session gateway costs, beside nginx: what a request and a stream through it take, and
 * how long a new user waits. Backends are simulated Pods, whose addresses lead to servers here.
 */
final class GatewayCosts implements Benchmark {
  private static final String MODERN = "2026-07-28";
  private static final int USERS_WITH_STREAMS = 30;

  private final Cluster cluster;
  private final Options options;

  GatewayCosts(Cluster cluster, Options options) {
    this.cluster = cluster;
    this.options = options;
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public List<Table> run() throws Exception {
    Tools.require("nginx", "wrk", "ip");
    try (LocalNetwork pods = LocalNetwork.ofPods();
        Arena arena = Arena.open(cluster, Optional.empty());
        OperatorJar operator = arena.startOperator(false)) {
      operator.awaitReady();
      int backend = FreePort.onLoopback();
      List<Table> tables = new ArrayList<>();
      try (ServerProcess backends = Nginx.backends(backend, LocalNetwork.PODS)) {
        try (GatewayArena gateway = GatewayArena.start(arena, cluster.kubeconfig(), backend)) {
          tables.add(requests(gateway, backends));
          tables.add(FirstAnswers.measure(gateway));
        }
      }
      tables.add(streams(arena, backend));
      return tables;
    }
  }

  private Table requests(GatewayArena gateway, ServerProcess backends) throws Exception {
    String session = gateway.initialize("alice");
    String backend = gateway.onlyBackend();
    int byNginx = FreePort.onLoopback();
    Map<String, String> legacy =
        Map.of(
            "Authorization",
            "Bearer " + gateway.token("alice"),
            "Mcp-Session-Id",
            session,
            "MCP-Protocol-Version",
            "2025-11-25");
    Map<String, String> modern =
        Map.of(
            "Authorization",
            "Bearer " + gateway.token("alice"),
            "MCP-Protocol-Version",
            MODERN,
            "Mcp-Method",
            "tools/call",
            "Mcp-Name",
            "echo");
    String endpoint = gateway.endpoint().toString();
    try (ServerProcess nginx = Nginx.proxy(byNginx, backend)) {
      return RequestRounds.run(
          "The gateway",
          options.runs(),
          new Target("nothing (the backend)", "http://" + backend + "/mcp", legacy, backends),
          List.of(
              new Target("nginx", "http://127.0.0.1:" + byNginx + "/mcp", legacy, nginx),
              new Target("gateway, 2025-11-25", endpoint, legacy, gateway.process()),
              new Target("gateway, " + MODERN, endpoint, modern, gateway.process())));
    }
  }

  private Table streams(Arena arena, int backend) throws Exception {
    StreamMemory memory = new StreamMemory();
    try (StreamUpstream upstream = StreamUpstream.start("0.0.0.0", backend)) {
      for (int i = 1; i <= options.runs(); i++) {
        Progress.say("streams, run " + i + " of " + options.runs());
        int byNginx = FreePort.onLoopback();
        try (ServerProcess nginx = Nginx.proxy(byNginx, "127.0.0.1:" + backend)) {
          memory.measure("nginx", nginx, false, n -> StreamClient.open(byNginx, "idle-" + n));
        }
        try (GatewayArena gateway = GatewayArena.start(arena, cluster.kubeconfig(), backend)) {
          List<String> tokens = new ArrayList<>();
          for (int user = 0; user < USERS_WITH_STREAMS; user++) {
            tokens.add(gateway.token("streams-" + user));
          }
          memory.measure(
              "gateway",
              gateway.process(),
              true,
              n ->
                  StreamClient.open(
                      gateway.port(),
                      listen(gateway.path(), tokens.get(n % USERS_WITH_STREAMS)),
                      ": open"));
        }
      }
    }
    return memory.table();
  }

  /** A request whose answer is a stream without end. */
  private static String listen(String path, String token) {
    String body =
        """
        {"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"%s"}}}\
        """
            .formatted(MODERN);
    return "POST %s HTTP/1.1\r\n".formatted(path)
        + "Host: localhost\r\n"
        + "Authorization: Bearer %s\r\n".formatted(token)
        + "Content-Type: application/json\r\n"
        + "Accept: application/json, text/event-stream\r\n"
        + "MCP-Protocol-Version: %s\r\n".formatted(MODERN)
        + "Mcp-Method: subscriptions/listen\r\n"
        + "Content-Length: %d\r\n\r\n".formatted(body.length())
        + body;
  }
}
