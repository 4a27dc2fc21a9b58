package dev.mcpsession.bench;

import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.Crowd;
import dev.mcpsession.bench.load.Heartbeats;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.load.Sightings;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.bench.report.Tally;
import dev.mcpsession.bench.report.Tally.Kind;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a crowd in use costs while nothing has to be done, and what a restart of the operator. */
final class IdleRequests implements Benchmark {
  private static final Duration SETTLED = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final AuditLog audit;
  private final Options options;

  IdleRequests(Cluster cluster, AuditLog audit, Options options) {
    this.cluster = cluster;
    this.audit = audit;
    this.options = options;
  }

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public List<Table> run() throws Exception {
    Table.Builder table =
        new Table.Builder(
            "API requests of the operator for " + options.sessions() + " sessions in use",
            "while",
            "seconds",
            "heartbeats",
            "writes",
            "reads",
            "Events",
            "watches begun",
            "Lease",
            "CPU seconds");
    try (Arena arena = Arena.open(cluster, Optional.of(audit));
        Sightings sightings = new Sightings(arena)) {
      Crowd crowd =
          Crowd.of(
              arena,
              "idle",
              options.sessions(),
              "token: {serviceAccount: {name: default, audience: bench}}");
      try (OperatorJar operator = arena.startOperator(true)) {
        operator.awaitReady();
        crowd.apply();
        sightings.await(crowd.names(), Sightings::isReady);
        arena.rest(SETTLED);
        // It changes ActivityValid from NotAnnotated to Annotated; the later ones change nothing.
        Instant first = Instant.now();
        double before = operator.cpuSeconds();
        crowd.each(name -> crowd.touch(name, Instant.now()));
        arena.rest(SETTLED);
        row(
            table,
            "each gets its first heartbeat",
            arena.operatorSince(first),
            first,
            String.valueOf(crowd.names().size()),
            operator.cpuSeconds() - before);

        Instant from = Instant.now();
        before = operator.cpuSeconds();
        try (Heartbeats heartbeats = new Heartbeats(crowd)) {
          arena.rest(options.idle());
          double cpu = operator.cpuSeconds() - before;
          Tally tally = arena.operatorSince(from);
          row(table, "heartbeats go on", tally, from, heartbeats.count(), cpu);
        }
      }
      Instant from = Instant.now();
      try (Heartbeats heartbeats = new Heartbeats(crowd);
          OperatorJar operator = arena.startOperator(true)) {
        operator.awaitReady();
        arena.rest(SETTLED);
        Tally tally = arena.operatorSince(from);
        row(
            table,
            "the operator starts anew",
            tally,
            from,
            heartbeats.count(),
            operator.cpuSeconds());
        Progress.say("restart: " + tally.words(Kind.values()));
      }
    }
    return List.of(table.build());
  }

  private static void row(
      Table.Builder table, String what, Tally tally, Instant from, String heartbeats, double cpu) {
    table.row(
        what,
        Duration.between(from, Instant.now()).toSeconds(),
        heartbeats,
        words(tally, Kind.WRITE),
        words(tally, Kind.READ),
        words(tally, Kind.EVENT),
        tally.count(Kind.WATCH),
        tally.count(Kind.LEASE),
        cpu);
  }

  private static String words(Tally tally, Kind kind) {
    return tally.count(kind) == 0 ? "0" : tally.words(kind);
  }
}
