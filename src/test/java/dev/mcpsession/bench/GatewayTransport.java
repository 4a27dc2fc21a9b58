package dev.mcpsession.bench;

import dev.mcpsession.bench.gateway.BareProxy;
import dev.mcpsession.bench.gateway.IdleStreams;
import dev.mcpsession.bench.gateway.LostClients;
import dev.mcpsession.bench.gateway.Nginx;
import dev.mcpsession.bench.gateway.ServerProcess;
import dev.mcpsession.bench.gateway.StreamUpstream;
import dev.mcpsession.bench.gateway.Tools;
import dev.mcpsession.bench.gateway.Wrk;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.cluster.FreePort;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What Vert.x costs as a transport, beside nginx: a bare reverse proxy on each, in the same rounds,
 * since the machine's speed changes with what else runs on it.
 */
final class GatewayTransport implements Benchmark {
  private static final Duration LOAD = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 32;
  private static final int STREAMS = 3000;

  /** Opened before the memory is looked at: whatever is loaded or compiled once, is. */
  private static final int FEW_STREAMS = 300;

  private final Options options;

  GatewayTransport(Options options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "gateway-transport";
  }

  /**
   * One round's figures of one proxy.
   *
   * @param one with one connection
   * @param many with {@link #CONNECTIONS}
   * @param cpuMicros CPU of the proxy for a request, with many
   */
  private record Round(Wrk.Load one, Wrk.Load many, double cpuMicros) {}

  @Override
  public List<Table> run() throws Exception {
    Tools.require("nginx", "wrk", "unshare", "ip", "iptables");
    return List.of(requests(), streams(), lostClients());
  }

  private Table requests() throws Exception {
    int asked = FreePort.onLoopback();
    int byNginx = FreePort.onLoopback();
    int byBare = FreePort.onLoopback();
    List<Round> direct = new ArrayList<>();
    List<Round> nginx = new ArrayList<>();
    List<Round> bare = new ArrayList<>();
    try (ServerProcess upstream = Nginx.upstream(asked);
        ServerProcess nginxProxy = Nginx.proxy(byNginx, asked);
        ServerProcess bareProxy = BareProxy.start(byBare, asked)) {
      Progress.say("warm-up");
      load(byBare, CONNECTIONS);
      load(byBare, CONNECTIONS);
      load(byBare, 1);
      for (int i = 1; i <= options.runs(); i++) {
        Progress.say("round " + i + " of " + options.runs());
        direct.add(round(asked, upstream));
        nginx.add(round(byNginx, nginxProxy));
        bare.add(round(byBare, bareProxy));
      }
    }
    Table.Builder table =
        new Table.Builder(
            "A bare proxy: medians of " + options.runs() + " rounds (least to most)",
            "through",
            "median µs, 1 connection",
            "p99 µs",
            "hop, median µs",
            "requests/s, 1 connection",
            "requests/s, " + CONNECTIONS + " connections",
            "CPU µs/request");
    row(table, "nothing (the upstream)", direct, direct);
    row(table, "nginx", nginx, direct);
    row(table, "Vert.x", bare, direct);
    return table.build();
  }

  private static void row(
      Table.Builder table, String name, List<Round> rounds, List<Round> direct) {
    List<Double> hops = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      hops.add(rounds.get(i).one.median() - direct.get(i).one.median());
    }
    table.row(
        name,
        sample(rounds, round -> round.one.median()),
        sample(rounds, round -> round.one.p99()),
        Sample.of(hops),
        sample(rounds, round -> round.one.perSecond()),
        sample(rounds, round -> round.many.perSecond()),
        sample(rounds, Round::cpuMicros));
  }

  private static Sample sample(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Sample.of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  private static Round round(int port, ServerProcess server)
      throws IOException, InterruptedException {
    Wrk.Load one = load(port, 1);
    double before = server.cpuSeconds();
    Wrk.Load many = load(port, CONNECTIONS);
    return new Round(one, many, (server.cpuSeconds() - before) * 1e6 / many.requests());
  }

  private static Wrk.Load load(int port, int connections) throws IOException, InterruptedException {
    return Wrk.run("http://127.0.0.1:" + port + "/mcp", connections, LOAD, Map.of());
  }

  private Table streams() throws Exception {
    int asked = FreePort.onLoopback();
    List<Double> nginx = new ArrayList<>();
    List<Double> heap = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    try (StreamUpstream upstream = StreamUpstream.start(asked)) {
      for (int i = 1; i <= options.runs(); i++) {
        Progress.say("streams, run " + i + " of " + options.runs());
        int port = FreePort.onLoopback();
        try (ServerProcess server = Nginx.proxy(port, asked)) {
          IdleStreams.open(port, FEW_STREAMS).close();
          double before = server.residentKiB();
          try (IdleStreams open = IdleStreams.open(port, STREAMS)) {
            nginx.add((server.residentKiB() - before) / STREAMS);
          }
        }
        port = FreePort.onLoopback();
        try (ServerProcess server = BareProxy.start(port, asked)) {
          IdleStreams.open(port, FEW_STREAMS).close();
          double heapBefore = server.liveHeapKiB();
          double before = server.residentKiB();
          try (IdleStreams open = IdleStreams.open(port, STREAMS)) {
            double inHeap = (server.liveHeapKiB() - heapBefore) / STREAMS;
            double notInHeap = (server.residentKiB() - before) / STREAMS;
            heap.add(inHeap);
            outside.add(notInHeap);
            bare.add(inHeap + notInHeap);
          }
        }
      }
    }
    return new Table.Builder(
            STREAMS + " idle streams: medians of " + options.runs() + " processes",
            "through",
            "KiB/stream",
            "of these in the heap, live",
            "outside of the heap, resident")
        .row("nginx", Sample.of(nginx), "", Sample.of(nginx))
        .row("Vert.x", Sample.of(bare), Sample.of(heap), Sample.of(outside))
        .build();
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
