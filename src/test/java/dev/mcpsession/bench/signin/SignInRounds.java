package dev.mcpsession.bench.signin;

import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.bench.report.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Tasks one after the other in the same rounds, since the machine's speed changes with what else
 * runs on it: figures of one round can be compared.
 */
public final class SignInRounds {
  /** Workers of the larger load. */
  public static final int MANY = 8;

  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration LOAD = Duration.ofSeconds(4);

  private final Arena arena;
  private final List<Task> tasks;

  /** One round's figures of one task. */
  private record Round(Load one, Load many, double cpuMillis) {}

  public SignInRounds(Arena arena, List<Task> tasks) {
    this.arena = arena;
    this.tasks = List.copyOf(tasks);
  }

  /** Takes a minute for each round, and two before the first. */
  public Table run(int rounds) throws Exception {
    for (Task task : tasks) {
      Progress.say("warm-up, " + task.name());
      Load.run(task.work(), MANY, WARM_UP);
    }
    List<List<Round>> seen =
        tasks.stream().map(it -> (List<Round>) new ArrayList<Round>()).toList();
    for (int i = 1; i <= rounds; i++) {
      Progress.say("round " + i + " of " + rounds);
      for (int k = 0; k < tasks.size(); k++) {
        seen.get(k).add(round(tasks.get(k)));
      }
    }
    Table.Builder table =
        new Table.Builder(
            "Sign-in: medians of " + rounds + " rounds (least to most)",
            "what",
            "median ms, 1 at a time",
            "a second, 1 at a time",
            "a second, " + MANY + " at a time",
            "CPU ms each",
            "API requests each");
    for (int k = 0; k < tasks.size(); k++) {
      table.row(
          tasks.get(k).name(),
          sample(seen.get(k), round -> round.one.medianMillis()),
          sample(seen.get(k), round -> round.one.perSecond()),
          sample(seen.get(k), round -> round.many.perSecond()),
          sample(seen.get(k), Round::cpuMillis),
          apiRequests(tasks.get(k)));
    }
    return table.build();
  }

  private static Round round(Task task) throws Exception {
    Load one = Load.run(task.work(), 1, LOAD);
    double before = task.process().cpuSeconds();
    Load many = Load.run(task.work(), MANY, LOAD);
    double used = task.process().cpuSeconds() - before;
    return new Round(one, many, used * 1000 / many.done());
  }

  private static Sample sample(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Sample.of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  private String apiRequests(Task task) throws Exception {
    if (!task.isCounted()) {
      return "";
    }
    if (!arena.isAudited()) {
      return "not counted";
    }
    Instant from = Instant.now();
    Load load = Load.run(task.work(), 1, Duration.ofSeconds(1));
    Tally tally = arena.secretsSince(from);
    Progress.say(load.done() + " of " + task.name() + ": " + tally.words(Tally.Kind.values()));
    return tally.each(Tally.Kind.READ, load.done())
        + " reads, "
        + tally.each(Tally.Kind.WRITE, load.done())
        + " writes";
  }
}
