package dev.mcpsession.bench;

import dev.mcpsession.Moments;
import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.GrantedCrowd;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.load.RenewalSightings;
import dev.mcpsession.bench.load.RenewalSightings.Renewal;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.bench.report.Tally;
import dev.mcpsession.bench.report.Tally.Kind;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** What it takes to keep many users' short-lived tokens valid, and how punctual it is. */
final class Renewals implements Benchmark {
  private static final int ROUNDS = 2;

  /** The default: the old revision is deleted only then, and that write belongs to its renewal. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final Optional<AuditLog> audit;
  private final Options options;

  Renewals(Cluster cluster, Optional<AuditLog> audit, Options options) {
    this.cluster = cluster;
    this.audit = audit;
    this.options = options;
  }

  @Override
  public String name() {
    return "renewals";
  }

  /**
   * The measurements of one crowd.
   *
   * @param called ms from each renewal time until the issuer was called
   * @param served ms from each renewal time until the new revision served
   * @param requests the operator's requests, if there is an audit log
   */
  private record Run(
      int renewals,
      List<Double> called,
      List<Double> served,
      int calls,
      int perSecond,
      int perTenSeconds,
      double cpu,
      Optional<Tally> requests,
      int notReady,
      long expired) {

    String perRenewal(Kind kind) {
      return requests
          .map(tally -> Table.number((double) tally.count(kind) / renewals))
          .orElse("not counted");
    }
  }

  @Override
  public List<Table> run() throws Exception {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < options.runs(); i++) {
      runs.add(once());
    }
    String sizes =
        "%d sessions, each with a grant of its own and tokens of %d s, issuer takes %d ms"
            .formatted(
                options.sessions(), GrantedCrowd.LIFE.toSeconds(), GrantedCrowd.CALL.toMillis());
    Table.Builder lateness =
        new Table.Builder(
            "Renewals after status.renewalTime, ms: " + sizes,
            "what",
            "renewals",
            "p50",
            "p99",
            "max",
            "early");
    row(lateness, "the issuer is called", runs.stream().flatMap(r -> r.called().stream()).toList());
    row(
        lateness,
        "the new revision serves",
        runs.stream().flatMap(r -> r.served().stream()).toList());
    Table.Builder costs =
        new Table.Builder(
            "Cost of renewals: " + sizes + ", runs one by one",
            "renewals",
            "calls at the issuer",
            "most in 1 s",
            "most in 10 s",
            "writes/renewal",
            "reads/renewal",
            "Events/renewal",
            "operator CPU ms/renewal",
            "sessions ever not Ready",
            "tokens expired before");
    for (Run run : runs) {
      costs.row(
          run.renewals(),
          run.calls(),
          run.perSecond(),
          run.perTenSeconds(),
          run.perRenewal(Kind.WRITE),
          run.perRenewal(Kind.READ),
          run.perRenewal(Kind.EVENT),
          run.cpu() * 1000 / run.renewals(),
          run.notReady(),
          run.expired());
    }
    return List.of(lateness.build(), costs.build());
  }

  private static void row(Table.Builder table, String what, List<Double> late) {
    Sample sample = Sample.of(late);
    table.row(
        what,
        sample.size(),
        sample.median(),
        sample.quantile(0.99),
        sample.max(),
        late.stream().filter(ms -> ms < 0).count());
  }

  private Run once() throws Exception {
    try (Arena arena = Arena.open(cluster, audit);
        GrantedCrowd crowd = new GrantedCrowd(arena, options.sessions())) {
      crowd.storeGrants();
      try (OperatorJar operator = arena.startOperator(crowd.operatorConfig());
          RenewalSightings sightings = new RenewalSightings(arena)) {
        operator.awaitReady();
        Instant applied = Instant.now();
        crowd.apply();
        await(Duration.ofMinutes(10), () -> sightings.haveServed(crowd.names()));
        Instant from = Instant.now();
        double cpu = operator.cpuSeconds();
        Progress.say("all Ready after " + Duration.between(applied, from).toSeconds() + " s");
        await(Duration.ofMinutes(30), () -> sightings.areRenewed(crowd.names(), ROUNDS, from));
        arena.rest(DRAIN.plusSeconds(2));
        Instant to = Instant.now();
        return run(
            sightings.dueFrom(from),
            crowd.calls(),
            from,
            to,
            operator.cpuSeconds() - cpu,
            audit.map(log -> arena.operatorSince(from)),
            sightings.everNotReady().size());
      }
    }
  }

  private static void await(Duration patience, Callable<Boolean> what) {
    Awaitility.await().pollInterval(Duration.ofSeconds(1)).atMost(patience).until(what);
  }

  private static Run run(
      List<Renewal> renewals,
      Map<String, List<Instant>> calls,
      Instant from,
      Instant to,
      double cpu,
      Optional<Tally> requests,
      int notReady) {
    Moments during =
        Moments.of(calls.values().stream().flatMap(List::stream).toList()).from(from).until(to);
    requests.ifPresent(
        tally -> Progress.say(renewals.size() + " renewals: " + tally.words(Kind.values())));
    return new Run(
        renewals.size(),
        late(renewals, renewal -> callFor(renewal, calls)),
        late(renewals, Renewal::served),
        during.count(),
        during.busiest(Duration.ofSeconds(1)),
        during.busiest(Duration.ofSeconds(10)),
        cpu,
        requests,
        notReady,
        renewals.stream().filter(Renewal::isTooLate).count());
  }

  private static List<Double> late(List<Renewal> renewals, Function<Renewal, Instant> what) {
    return renewals.stream()
        .map(renewal -> Duration.between(renewal.due(), what.apply(renewal)).toNanos() / 1e6)
        .toList();
  }

  /** The call that gave the new revision its token. */
  private static Instant callFor(Renewal renewal, Map<String, List<Instant>> calls) {
    return calls.get(renewal.session()).stream()
        .filter(at -> at.isBefore(renewal.served()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }
}
