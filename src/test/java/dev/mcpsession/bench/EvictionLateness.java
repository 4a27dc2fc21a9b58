package dev.mcpsession.bench;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.Crowd;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.load.Sightings;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.AuditLog.Request;
import dev.mcpsession.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How long after its deadline a session is deleted when many go idle within one minute. */
final class EvictionLateness implements Benchmark {
  private static final Duration WITHIN = Duration.ofSeconds(58); // lastActive may be 60 s ahead

  private final Cluster cluster;
  private final Optional<AuditLog> audit;
  private final Options options;

  EvictionLateness(Cluster cluster, Optional<AuditLog> audit, Options options) {
    this.cluster = cluster;
    this.audit = audit;
    this.options = options;
  }

  @Override
  public String name() {
    return "lateness";
  }

  @Override
  public List<Table> run() throws Exception {
    int sessions = options.sessions();
    Table.Builder table =
        new Table.Builder(
            "Eviction lateness of " + sessions + " sessions that go idle within one minute, ms",
            "delete as",
            "sessions",
            "p50",
            "p99",
            "max",
            "early");
    // Enough for all of them to start and to be touched before the first is idle.
    Duration idle = Duration.ofSeconds(60 + sessions / 6);
    try (Arena arena = Arena.open(cluster, audit);
        OperatorJar operator = arena.startOperator(false);
        Sightings sightings = new Sightings(arena)) {
      operator.awaitReady();
      Crowd crowd =
          Crowd.of(
              arena,
              "late",
              sessions,
              "idleTimeoutSeconds: "
                  + idle.toSeconds()
                  + "\ntoken: {serviceAccount: {name: default, audience: bench}}");
      crowd.apply();
      sightings.await(crowd.names(), Sightings::isReady);
      Instant from = Instant.now();
      AtomicInteger next = new AtomicInteger();
      crowd.each(
          name ->
              crowd.touch(
                  name,
                  from.plus(WITHIN.multipliedBy(next.getAndIncrement()).dividedBy(sessions))));
      Progress.say("touched within " + Duration.between(from, Instant.now()).toSeconds() + " s");
      sightings.awaitGone(crowd.names());

      Map<String, Instant> deadlines = new HashMap<>();
      crowd.names().forEach(name -> deadlines.put(name, deadline(sightings.last(name), idle)));
      if (arena.isAudited()) {
        Map<String, Request> deletes =
            arena.operatorSince(from).requests().stream()
                .filter(r -> r.what().equals("delete mcpsessions") && r.code() == 200)
                .collect(Collectors.toMap(Request::name, Function.identity()));
        row(table, "received by the API server", deadlines, n -> deletes.get(n).received());
        row(table, "accepted by the API server", deadlines, n -> deletes.get(n).answered());
      }
      row(table, "seen by a watcher", deadlines, sightings::goneAt);
    }
    return List.of(table.build());
  }

  private static Instant deadline(McpSession session, Duration idle) {
    Instant active = Objects.requireNonNull(session.getStatus().activeSince());
    Instant used = Instant.parse(session.getMetadata().getAnnotations().get(Names.LAST_ACTIVE));
    return (used.isAfter(active) ? used : active).plus(idle);
  }

  private static void row(
      Table.Builder table,
      String what,
      Map<String, Instant> deadlines,
      Function<String, Instant> deleted) {
    List<Double> late =
        deadlines.entrySet().stream()
            .map(e -> Duration.between(e.getValue(), deleted.apply(e.getKey())).toNanos() / 1e6)
            .toList();
    Sample sample = Sample.of(late);
    table.row(
        what,
        sample.size(),
        sample.median(),
        sample.quantile(0.99),
        sample.max(),
        late.stream().filter(ms -> ms < 0).count());
  }
}
