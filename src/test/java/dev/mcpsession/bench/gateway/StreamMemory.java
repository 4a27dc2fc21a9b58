package dev.mcpsession.bench.gateway;

import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What servers need for a stream on which nothing happens. */
public final class StreamMemory {
  /** How many are open at a time. */
  public static final int STREAMS = 3000;

  /** Opened before memory is looked at: whatever is loaded or compiled once, is. */
  private static final int FEW = 300;

  /** Of one stream; the heap's only of a JVM whose heap is resident from its start. */
  private record Memory(double heapKiB, double residentKiB) {
    static Memory of(ServerProcess server, boolean jvm) throws IOException, InterruptedException {
      return new Memory(jvm ? server.liveHeapKiB() : 0, server.residentKiB());
    }
  }

  /** How to open a stream of a number from 0. */
  public interface Opener {
    StreamClient open(int number) throws IOException;
  }

  private final Map<String, List<Memory>> seen = new TreeMap<>();

  /** Measures a server that has no streams yet. */
  public void measure(String name, ServerProcess server, boolean jvm, Opener opener)
      throws IOException, InterruptedException {
    IdleStreams.open(opener, FEW).close();
    Memory before = Memory.of(server, jvm);
    try (IdleStreams open = IdleStreams.open(opener, STREAMS)) {
      Memory with = Memory.of(server, jvm);
      seen.computeIfAbsent(name, n -> new ArrayList<>())
          .add(
              new Memory(
                  (with.heapKiB - before.heapKiB) / STREAMS,
                  (with.residentKiB - before.residentKiB) / STREAMS));
    }
  }

  public Table table() {
    Table.Builder table =
        new Table.Builder(
            STREAMS + " idle streams: medians of all processes (least to most)",
            "through",
            "KiB/stream",
            "of these live in the heap",
            "resident outside of the heap");
    seen.forEach(
        (name, all) ->
            table.row(
                name,
                Sample.of(all.stream().map(it -> it.heapKiB + it.residentKiB).toList()),
                Sample.of(all.stream().map(Memory::heapKiB).toList()),
                Sample.of(all.stream().map(Memory::residentKiB).toList())));
    return table.build();
  }
}
