package dev.mcpsession.bench;

import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.Crowd;
import dev.mcpsession.bench.load.OperatorPod;
import dev.mcpsession.bench.load.Sightings;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.OperatorImage;
import dev.mcpsession.image.ImageArchive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** How large the image is, how soon its operator is ready and how much memory it takes. */
final class ImageCosts implements Benchmark {
  /** Sessions applied at a time, so that the cluster is not overloaded. */
  private static final int BATCH = 50;

  /** Time for the aftermath of a start to settle: JIT compilation, Events. */
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final Options options;

  ImageCosts(Cluster cluster, Options options) {
    this.cluster = cluster;
    this.options = options;
  }

  /**
   * One way to start the JVM.
   *
   * @param command in place of the image's; empty: the image's
   */
  private record Start(String name, List<String> command, String javaToolOptions) {}

  @Override
  public String name() {
    return "image";
  }

  @Override
  public List<Table> run() throws Exception {
    ImageArchive image = OperatorImage.built();
    String reference = OperatorImage.onNode();
    List<String> withoutCache =
        image.texts("Entrypoint").stream()
            .filter(argument -> !argument.startsWith("-XX:AOTCache="))
            .toList();
    List<Start> starts =
        List.of(
            new Start("AOT cache (the image as it is)", List.of(), ""),
            new Start("no AOT cache, the JRE's own class data", withoutCache, ""),
            new Start("-XX:AOTMode=off: no class data at all", List.of(), "-XX:AOTMode=off"));
    return List.of(sizes(image), costs(reference, starts));
  }

  private static Table sizes(ImageArchive image) throws Exception {
    List<ImageArchive.Layer> layers = image.layers();
    double base = mib(layers, layer -> layer.content().equals(ImageArchive.BASE));
    double dependencies = mib(layers, layer -> layer.content().equals("dependencies"));
    double cache = mib(List.of(layers.getLast()), layer -> true); // comes last, in the pom
    double all = mib(layers, layer -> true);
    return new Table.Builder("Size of the image, MiB as compressed in a registry", "what", "MiB")
        .row("base image", base)
        .row("dependencies", dependencies)
        .row("the operator", all - base - dependencies - cache)
        .row("AOT cache", cache)
        .row("all", all)
        .build();
  }

  private static double mib(
      List<ImageArchive.Layer> layers, Predicate<ImageArchive.Layer> counted) {
    return layers.stream().filter(counted).mapToLong(ImageArchive.Layer::bytes).sum()
        / (double) (1 << 20);
  }

  private Table costs(String image, List<Start> starts) throws Exception {
    int sessions = options.sessions();
    Table.Builder table =
        new Table.Builder(
            "Start and memory of the operator's Pod: median (lowest to highest) of "
                + options.runs()
                + " runs",
            "started with",
            "ready after s, 0 sessions",
            "CPU s until then",
            "RSS MiB, 0 sessions",
            "ready after s, " + sessions + " sessions",
            "RSS MiB, " + sessions + " sessions");
    List<List<Sample>> empty = new ArrayList<>();
    List<List<Sample>> full = new ArrayList<>();
    try (Arena arena = Arena.open(cluster, Optional.empty());
        Sightings sightings = new Sightings(arena)) {
      for (Start start : starts) {
        empty.add(measured(arena, image, start));
      }
      try (OperatorPod operator = OperatorPod.start(arena, image, List.of(), "")) {
        operator.awaitReady();
        for (int i = 0; i < sessions; i += BATCH) {
          Crowd batch =
              Crowd.of(
                  arena,
                  "crowd-" + i,
                  Math.min(BATCH, sessions - i),
                  "token: {serviceAccount: {name: default, audience: bench}}");
          batch.apply();
          sightings.await(batch.names(), Sightings::isReady);
        }
        arena.rest(SETTLED);
        Progress.say("RSS after all were started: " + operator.residentMiB());
      }
      for (Start start : starts) {
        full.add(measured(arena, image, start));
      }
    }
    for (int i = 0; i < starts.size(); i++) {
      table.row(
          starts.get(i).name(),
          empty.get(i).get(0),
          empty.get(i).get(1),
          empty.get(i).get(2),
          full.get(i).get(0),
          full.get(i).get(2));
    }
    return table.build();
  }

  /** Seconds until ready, CPU seconds until then, and resident memory some time after. */
  private List<Sample> measured(Arena arena, String image, Start start) throws Exception {
    List<Double> ready = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> resident = new ArrayList<>();
    for (int i = 0; i < options.runs(); i++) {
      try (OperatorPod operator =
          OperatorPod.start(arena, image, start.command(), start.javaToolOptions())) {
        ready.add(operator.awaitReady().toMillis() / 1000.0);
        cpu.add(operator.cpuSeconds());
        arena.rest(SETTLED);
        resident.add(operator.residentMiB());
      }
      Progress.say(
          "%s: ready after %.2f s, CPU %.2f s, RSS %.0f MiB"
              .formatted(start.name(), ready.getLast(), cpu.getLast(), resident.getLast()));
    }
    return List.of(Sample.of(ready), Sample.of(cpu), Sample.of(resident));
  }
}
