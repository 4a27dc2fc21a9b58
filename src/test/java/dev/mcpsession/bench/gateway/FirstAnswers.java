package dev.mcpsession.bench.gateway;

import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** How long new users wait for the answer to their first initialize, which makes their session. */
public final class FirstAnswers {
  private static final int ALONE = 20;
  private static final int PER_SECOND = 20;
  private static final int TOGETHER = 200;

  private FirstAnswers() {}

  /** New users one after the other, then so many a second. */
  public static Table measure(GatewayArena gateway) throws Exception {
    Progress.say("first answers");
    List<Double> alone = new ArrayList<>();
    for (int i = 0; i < ALONE; i++) {
      alone.add(firstAnswer(gateway, "alone-" + i));
    }
    List<Double> together = new ArrayList<>();
    try (ScheduledExecutorService pace = Executors.newScheduledThreadPool(1);
        var users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Future<Double>>> begun = new ArrayList<>();
      for (int i = 0; i < TOGETHER; i++) {
        String user = "together-" + i;
        begun.add(
            pace.schedule(
                () -> users.submit(() -> firstAnswer(gateway, user)),
                i * 1000L / PER_SECOND,
                TimeUnit.MILLISECONDS));
      }
      for (Future<Future<Double>> one : begun) {
        together.add(one.get().get());
      }
    }
    Table.Builder table =
        new Table.Builder(
            "New users: ms until initialize and initialized are answered",
            "users",
            "p50",
            "p99",
            "max",
            "answered");
    row(table, ALONE + ", one after the other", alone);
    row(table, TOGETHER + ", " + PER_SECOND + " a second", together);
    return table.build();
  }

  private static double firstAnswer(GatewayArena gateway, String user) throws Exception {
    long begin = System.nanoTime();
    gateway.initialize(user);
    return (System.nanoTime() - begin) / 1e6;
  }

  private static void row(Table.Builder table, String users, List<Double> millis) {
    Sample sample = Sample.of(millis);
    table.row(
        users, sample.median(), sample.quantile(0.99), sample.max(), String.valueOf(sample.size()));
  }
}
