package dev.mcpsession.bench;

import dev.mcpsession.bench.report.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link PlannerCosts}. Medians, since a mean would also measure the machine's other load. */
final class PlannerSpeed implements Benchmark {
  @Override
  public String name() {
    return "planner";
  }

  @Override
  public List<Table> run() throws Exception {
    Table.Builder table =
        new Table.Builder("Planner (JMH)", "operation", "p50 ns", "p99 ns", "bytes allocated");
    Path log = Files.createTempFile("jmh", ".log");
    try {
      var options =
          new OptionsBuilder()
              .include(PlannerCosts.class.getName() + "\\..*")
              .forks(2)
              .warmupIterations(3)
              .warmupTime(TimeValue.seconds(1))
              .measurementIterations(5)
              .measurementTime(TimeValue.seconds(1))
              .jvmArgs("-Xmx128m", "-XX:+UseSerialGC")
              .addProfiler(GCProfiler.class)
              .output(log.toString())
              .build();
      for (RunResult result : new Runner(options).run()) {
        var time = result.getPrimaryResult();
        var memory = result.getSecondaryResults().get("gc.alloc.rate.norm");
        table.row(
            time.getLabel(),
            time.getStatistics().getPercentile(50),
            time.getStatistics().getPercentile(99),
            memory == null ? "" : memory.getScore());
      }
    } finally {
      Files.deleteIfExists(log);
    }
    return List.of(table.build());
  }
}
