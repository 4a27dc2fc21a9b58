package dev.mcpsession.bench;

import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.Crowd;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.load.Sightings;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How fast a crowd that is applied at once becomes Ready, and what each session takes. */
final class Throughput implements Benchmark {
  private final Cluster cluster;
  private final Options options;

  Throughput(Cluster cluster, Options options) {
    this.cluster = cluster;
    this.options = options;
  }

  @Override
  public String name() {
    return "throughput";
  }

  /** The measurements of one crowd. */
  private record Run(
      double applied,
      double ready,
      double cpu,
      double emptyHeap,
      double heap,
      double resident,
      double restart,
      double restartCpu) {}

  @Override
  public List<Table> run() throws Exception {
    Table.Builder table =
        new Table.Builder(
            "Sessions applied at once: median (lowest to highest) of " + options.runs() + " runs",
            "sessions",
            "all applied after s",
            "all Ready after s",
            "sessions/s until Ready",
            "operator CPU ms/session",
            "heap without sessions MiB",
            "heap KiB/session",
            "RSS MiB",
            "ready after a restart s",
            "CPU s of the restart");
    for (int sessions : options.crowds()) {
      List<Run> runs = new ArrayList<>();
      for (int i = 0; i < options.runs(); i++) {
        runs.add(once(sessions));
        Progress.say(sessions + " sessions: " + runs.getLast());
      }
      table.row(
          sessions,
          sample(runs, Run::applied),
          sample(runs, Run::ready),
          sample(runs, run -> sessions / run.ready()),
          sample(runs, run -> run.cpu() * 1000 / sessions),
          sample(runs, Run::emptyHeap),
          sample(runs, run -> (run.heap() - run.emptyHeap()) * 1024 / sessions),
          sample(runs, Run::resident),
          sample(runs, Run::restart),
          sample(runs, Run::restartCpu));
    }
    return List.of(table.build());
  }

  private static Sample sample(List<Run> runs, ToDoubleFunction<Run> value) {
    return Sample.of(runs.stream().map(value::applyAsDouble).toList());
  }

  private Run once(int sessions) throws Exception {
    try (Arena arena = Arena.open(cluster, Optional.empty());
        Sightings sightings = new Sightings(arena)) {
      Crowd crowd =
          Crowd.of(
              arena,
              "crowd",
              sessions,
              "token: {serviceAccount: {name: default, audience: bench}}");
      double applied;
      double ready;
      double cpu;
      double emptyHeap;
      double heap;
      double resident;
      try (OperatorJar operator = arena.startOperator(false)) {
        operator.awaitReady();
        emptyHeap = operator.heapMiB();
        double cpuBefore = operator.cpuSeconds();
        Instant from = Instant.now();
        crowd.apply();
        applied = seconds(from, Instant.now());
        sightings.await(crowd.names(), Sightings::isReady);
        ready =
            seconds(
                from,
                crowd.names().stream()
                    .map(sightings::readyAt)
                    .max(Comparator.naturalOrder())
                    .orElseThrow());
        cpu = operator.cpuSeconds() - cpuBefore;
        arena.rest(Duration.ofSeconds(10));
        resident = operator.residentMiB();
        heap = operator.heapMiB();
      }
      try (OperatorJar operator = arena.startOperator(false)) {
        double restart = operator.awaitReady().toNanos() / 1e9;
        arena.rest(Duration.ofSeconds(10));
        return new Run(
            applied, ready, cpu, emptyHeap, heap, resident, restart, operator.cpuSeconds());
      }
    }
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
