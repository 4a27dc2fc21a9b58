package dev.mcpsession.bench;

import dev.mcpsession.bench.report.Table;
import java.util.List;

/** One question about what the operator costs. */
interface Benchmark {
  /** As on the command line. */
  String name();

  /** Takes minutes; cleans up what it made. */
  List<Table> run() throws Exception;
}
