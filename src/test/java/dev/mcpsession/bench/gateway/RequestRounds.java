package dev.mcpsession.bench.gateway;

import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Servers under the same load in the same rounds, since the machine's speed changes with what else
 * runs on it: figures of one round can be compared.
 */
public final class RequestRounds {
  private static final Duration LOAD = Duration.ofSeconds(5);
  private static final int MANY = 32;
  private static final int WARM_UPS = 3;

  /**
   * What is measured.
   *
   * @param name for the table
   * @param headers that it wants, besides those of any MCP client
   * @param process whose CPU counts
   */
  public record Target(
      String name, String url, Map<String, String> headers, ServerProcess process) {}

  /** One round's figures of one target, with one connection and with many. */
  private record Round(Wrk.Load one, Wrk.Load many, double cpuMicros) {}

  private RequestRounds() {}

  /**
   * Runs them.
   *
   * @param upstream what all others ask, asked directly: what they take longer is their hop
   */
  public static Table run(String title, int rounds, Target upstream, List<Target> proxies)
      throws IOException, InterruptedException {
    Progress.say("warm-up");
    for (Target proxy : proxies) {
      for (int i = 0; i < WARM_UPS; i++) {
        load(proxy, MANY);
      }
      load(proxy, 1);
    }
    List<Target> targets = new ArrayList<>(List.of(upstream));
    targets.addAll(proxies);
    List<List<Round>> seen =
        targets.stream().map(it -> (List<Round>) new ArrayList<Round>()).toList();
    for (int i = 1; i <= rounds; i++) {
      Progress.say("round " + i + " of " + rounds);
      for (int k = 0; k < targets.size(); k++) {
        seen.get(k).add(round(targets.get(k)));
      }
    }
    Table.Builder table =
        new Table.Builder(
            title + ": medians of " + rounds + " rounds (least to most)",
            "through",
            "median µs, 1 connection",
            "p99 µs",
            "hop, median µs",
            "requests/s, 1 connection",
            "requests/s, " + MANY + " connections",
            "CPU µs/request");
    for (int k = 0; k < targets.size(); k++) {
      row(table, targets.get(k).name(), seen.get(k), seen.getFirst());
    }
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
        rounds.equals(direct) ? "" : Sample.of(hops),
        sample(rounds, round -> round.one.perSecond()),
        sample(rounds, round -> round.many.perSecond()),
        sample(rounds, Round::cpuMicros));
  }

  private static Sample sample(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Sample.of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  private static Round round(Target target) throws IOException, InterruptedException {
    Wrk.Load one = load(target, 1);
    double before = target.process().cpuSeconds();
    Wrk.Load many = load(target, MANY);
    double used = target.process().cpuSeconds() - before;
    return new Round(one, many, used * 1e6 / many.requests());
  }

  private static Wrk.Load load(Target target, int connections)
      throws IOException, InterruptedException {
    return Wrk.run(target.url(), connections, LOAD, target.headers());
  }
}
