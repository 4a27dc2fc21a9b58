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

  /** Users a second, and for how many seconds they come. */
  private static final List<Integer> RATES = List.of(5, 20);

  private static final int SECONDS = 10;

  private FirstAnswers() {}

  /** New users one after the other, then so many a second. */
  public static Table measure(GatewayArena gateway) throws Exception {
    Table.Builder table =
        new Table.Builder(
            "New users: ms until initialize and initialized are answered",
            "users",
            "p50",
            "p99",
            "max",
            "gateway CPU ms/user");
    Progress.say("first answers");
    double before = gateway.process().cpuSeconds();
    List<Double> alone = new ArrayList<>();
    for (int i = 0; i < ALONE; i++) {
      alone.add(firstAnswer(gateway, "alone-" + i));
    }
    row(table, ALONE + ", one after the other", alone, gateway.process().cpuSeconds() - before);
    for (int rate : RATES) {
      before = gateway.process().cpuSeconds();
      List<Double> millis = atRate(gateway, rate);
      double cpu = gateway.process().cpuSeconds() - before;
      row(table, millis.size() + ", " + rate + " a second", millis, cpu);
    }
    return table.build();
  }

  private static List<Double> atRate(GatewayArena gateway, int rate) throws Exception {
    int number = SECONDS * rate;
    try (ScheduledExecutorService users =
        Executors.newScheduledThreadPool(number, Thread.ofVirtual().factory())) {
      List<Future<Double>> begun = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        String user = "user-" + rate + "-" + i;
        begun.add(
            users.schedule(
                () -> firstAnswer(gateway, user), i * 1000L / rate, TimeUnit.MILLISECONDS));
      }
      List<Double> millis = new ArrayList<>();
      for (Future<Double> one : begun) {
        millis.add(one.get());
      }
      return millis;
    }
  }

  private static double firstAnswer(GatewayArena gateway, String user) throws Exception {
    long begin = System.nanoTime();
    gateway.initialize(user);
    return (System.nanoTime() - begin) / 1e6;
  }

  private static void row(
      Table.Builder table, String users, List<Double> millis, double cpuSeconds) {
    Sample sample = Sample.of(millis);
    table.row(
        users,
        sample.median(),
        sample.quantile(0.99),
        sample.max(),
        cpuSeconds * 1000 / millis.size());
  }
}
