package dev.mcpsession.bench;

import dev.mcpsession.bench.gateway.BareProxy;
import dev.mcpsession.bench.gateway.LostClients;
import dev.mcpsession.bench.gateway.Nginx;
import dev.mcpsession.bench.gateway.RequestRounds;
import dev.mcpsession.bench.gateway.RequestRounds.Target;
import dev.mcpsession.bench.gateway.ServerProcess;
import dev.mcpsession.bench.gateway.StreamClient;
import dev.mcpsession.bench.gateway.StreamMemory;
import dev.mcpsession.bench.gateway.StreamUpstream;
import dev.mcpsession.bench.gateway.Tools;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.cluster.FreePort;
import java.util.List;
import java.util.Map;

/**
 * What Vert.x costs as a transport, beside nginx: a bare reverse proxy on each, in the same rounds,
 * since the machine's speed changes with what else runs on it.
 */
final class GatewayTransport implements Benchmark {
  private final Options options;

  GatewayTransport(Options options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "gateway-transport";
  }

  @Override
  public List<Table> run() throws Exception {
    Tools.require("nginx", "wrk", "unshare", "ip", "iptables");
    return List.of(requests(), streams(), lostClients());
  }

  private Table requests() throws Exception {
    int asked = FreePort.onLoopback();
    int byNginx = FreePort.onLoopback();
    int byBare = FreePort.onLoopback();
    try (ServerProcess upstream = Nginx.upstream(asked);
        ServerProcess nginx = Nginx.proxy(byNginx, "127.0.0.1:" + asked);
        ServerProcess bare = BareProxy.start(byBare, asked)) {
      return RequestRounds.run(
          "A bare proxy",
          options.runs(),
          target("nothing (the upstream)", asked, upstream),
          List.of(target("nginx", byNginx, nginx), target("Vert.x", byBare, bare)));
    }
  }

  private static Target target(String name, int port, ServerProcess process) {
    return new Target(name, "http://127.0.0.1:" + port + "/mcp", Map.of(), process);
  }

  private Table streams() throws Exception {
    int asked = FreePort.onLoopback();
    StreamMemory memory = new StreamMemory();
    try (StreamUpstream upstream = StreamUpstream.start("127.0.0.1", asked)) {
      for (int i = 1; i <= options.runs(); i++) {
        Progress.say("streams, run " + i + " of " + options.runs());
        int byNginx = FreePort.onLoopback();
        try (ServerProcess nginx = Nginx.proxy(byNginx, "127.0.0.1:" + asked)) {
          memory.measure("nginx", nginx, false, n -> StreamClient.open(byNginx, "idle-" + n));
        }
        int byBare = FreePort.onLoopback();
        try (ServerProcess bare = BareProxy.start(byBare, asked)) {
          memory.measure("Vert.x", bare, true, n -> StreamClient.open(byBare, "idle-" + n));
        }
      }
    }
    return memory.table();
  }

  private static Table lostClients() throws Exception {
    Progress.say("lost clients");
    Table.Builder table =
        new Table.Builder(
            "Seconds until the proxy has ended the upstream's stream of a client that is gone",
            "through",
            "stream",
            "the client's end",
            "seen",
            "after s");
    LostClients.run()
        .forEach(
            result ->
                table.row(
                    result.proxy(),
                    result.heartbeats() ? "a comment each 15 s" : "idle",
                    result.end(),
                    result.seen() + " of " + result.of(),
                    result.after()));
    return table.build();
  }
}
