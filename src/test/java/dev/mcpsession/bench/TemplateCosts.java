package dev.mcpsession.bench;

import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.Expense;
import dev.mcpsession.bench.load.Offer;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.load.Sightings;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.bench.report.Tally;
import dev.mcpsession.bench.report.Tally.Kind;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.StoredBytes;
import dev.mcpsession.cluster.TcpProxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What sessions cost that name one template, beside ones with a Pod template of their own. */
final class TemplateCosts implements Benchmark {
  private static final Duration LATE = Duration.ofSeconds(3);

  private final Cluster cluster;
  private final AuditLog audit;
  private final Options options;

  TemplateCosts(Cluster cluster, AuditLog audit, Options options) {
    this.cluster = cluster;
    this.audit = audit;
    this.options = options;
  }

  @Override
  public String name() {
    return "templates";
  }

  private enum Sessions {
    OWN("a Pod template of their own"),
    SHARED("one template for all");

    private final String words;

    Sessions(String words) {
      this.words = words;
    }

    Offer in(Arena arena, int number) {
      return this == OWN ? Offer.inEachSession(arena, number) : Offer.asTemplate(arena, number);
    }
  }

  /**
   * The measurements of one crowd.
   *
   * @param heap MiB in use by the operator for all sessions
   * @param startSeconds until all served
   * @param changes requests that changed all sessions
   * @param rollOutSeconds from the first of them until all served the change
   * @param requests of the operator meanwhile
   */
  private record Run(
      StoredBytes stored,
      double heap,
      double startSeconds,
      Expense start,
      int changes,
      double rollOutSeconds,
      Expense rollOut,
      Map<Kind, Long> requests) {}

  @Override
  public List<Table> run() throws Exception {
    Map<Sessions, List<Run>> runs = new EnumMap<>(Sessions.class);
    for (int i = 0; i < options.runs(); i++) {
      List<Sessions> order = new ArrayList<>(List.of(Sessions.values()));
      for (Sessions kind : i % 2 == 0 ? order : order.reversed()) {
        Run run = once(kind);
        Progress.say(kind.words + ": " + run);
        runs.computeIfAbsent(kind, first -> new ArrayList<>()).add(run);
      }
    }
    return List.of(starts(runs), rollOuts(runs));
  }

  private Table starts(Map<Sessions, List<Run>> runs) {
    Table.Builder table =
        new Table.Builder(
            title("sessions applied at once"),
            "sessions with",
            "bytes stored before status",
            "of these managedFields",
            "bytes stored while serving",
            "sessions/s until Serving",
            "API server CPU ms/session",
            "operator CPU ms/session",
            "operator heap KiB/session",
            "KiB/session to the operator");
    runs.forEach(
        (kind, all) ->
            table.row(
                kind.words,
                all.getFirst().stored().beforeStatus(),
                all.getFirst().stored().managedFields(),
                all.getFirst().stored().now(),
                sample(all, run -> options.sessions() / run.startSeconds()),
                each(all, run -> run.start().serverCpu() * 1000),
                each(all, run -> run.start().operatorCpu() * 1000),
                each(all, run -> run.heap() * 1024),
                each(all, run -> run.start().received() / 1024)));
    return table.build();
  }

  private Table rollOuts(Map<Sessions, List<Run>> runs) {
    Table.Builder table =
        new Table.Builder(
            title("another image for all"),
            "sessions with",
            "changes written",
            "all serve it after s",
            "operator's writes/session",
            "reads/session",
            "TokenRequests/session",
            "Events/session",
            "API server CPU ms/session",
            "operator CPU ms/session",
            "KiB/session to the operator");
    runs.forEach(
        (kind, all) ->
            table.row(
                kind.words,
                all.getFirst().changes(),
                sample(all, Run::rollOutSeconds),
                each(all, run -> run.requests().get(Kind.WRITE)),
                each(all, run -> run.requests().get(Kind.READ)),
                each(all, run -> run.requests().get(Kind.TOKEN_REQUEST)),
                each(all, run -> run.requests().get(Kind.EVENT)),
                each(all, run -> run.rollOut().serverCpu() * 1000),
                each(all, run -> run.rollOut().operatorCpu() * 1000),
                each(all, run -> run.rollOut().received() / 1024)));
    return table.build();
  }

  private String title(String what) {
    return "%d sessions, %s: median (lowest to highest) of %d runs"
        .formatted(options.sessions(), what, options.runs());
  }

  private static Sample sample(List<Run> runs, ToDoubleFunction<Run> value) {
    return Sample.of(runs.stream().map(value::applyAsDouble).toList());
  }

  private Sample each(List<Run> runs, ToDoubleFunction<Run> value) {
    return sample(runs, run -> value.applyAsDouble(run) / options.sessions());
  }

  private Run once(Sessions kind) throws Exception {
    URI server = URI.create(cluster.client().getConfiguration().getMasterUrl());
    try (Arena arena = Arena.open(cluster, Optional.of(audit));
        TcpProxy way = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
        Sightings sightings = new Sightings(arena);
        OperatorJar operator = arena.startOperator(way)) {
      Offer offer = kind.in(arena, options.sessions());
      List<String> names = offer.crowd().names();
      arena.rest(LATE);
      double emptyHeap = operator.heapMiB();

      Expense before = Expense.soFar(arena, operator, way);
      Instant from = Instant.now();
      offer.crowd().apply();
      sightings.await(names, Sightings::isReady);
      double startSeconds = secondsSince(from);
      arena.rest(LATE);
      Expense start = Expense.soFar(arena, operator, way).since(before);
      double heap = operator.heapMiB() - emptyHeap;
      StoredBytes stored = StoredBytes.of(arena.client(), sightings.last(names.getFirst()));

      before = Expense.soFar(arena, operator, way);
      from = Instant.now();
      int changes = offer.change();
      sightings.await(names, session -> Sightings.serves(session, 2));
      double rollOutSeconds = secondsSince(from);
      arena.awaitPods(names.size());
      arena.rest(LATE);
      Expense rollOut = Expense.soFar(arena, operator, way).since(before);
      return new Run(
          stored,
          heap,
          startSeconds,
          start,
          changes,
          rollOutSeconds,
          rollOut,
          counts(arena.operatorSince(from)));
    }
  }

  private static Map<Kind, Long> counts(Tally tally) {
    Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      counts.put(kind, tally.count(kind));
    }
    return counts;
  }

  private static double secondsSince(Instant from) {
    return Duration.between(from, Instant.now()).toNanos() / 1e9;
  }
}
