package dev.mcpsession.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often what was tried, and what came of it. */
final class Tally {
  private final Map<String, Row> rows = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();

  private static final class Row {
    private int tried;
    private int explained;
    private int violated;
    private Duration longest = Duration.ZERO;
  }

  private Row row(String kind, Duration took) {
    Row row = rows.computeIfAbsent(kind, any -> new Row());
    row.tried++;
    row.longest = took.compareTo(row.longest) > 0 ? took : row.longest;
    return row;
  }

  synchronized void good(String kind, Duration took) {
    row(kind, took);
  }

  /** It failed, as it may when what served it was killed. */
  synchronized void explained(String kind, Duration took) {
    row(kind, took).explained++;
  }

  /** It failed, and nothing that was killed explains it. */
  synchronized void violated(String kind, Duration took, String what) {
    row(kind, took).violated++;
    violation(kind + ": " + what);
  }

  synchronized void violation(String what) {
    violations.add(what);
    System.out.println("VIOLATION " + what);
  }

  synchronized int violations() {
    return violations.size();
  }

  /** As Markdown. */
  synchronized String table() {
    StringBuilder table =
        new StringBuilder("| what | tried | failed with a kill | violations | longest |\n");
    table.append("| --- | ---: | ---: | ---: | ---: |\n");
    rows.forEach(
        (kind, row) ->
            table.append(
                "| %s | %d | %d | %d | %d ms |%n"
                    .formatted(
                        kind, row.tried, row.explained, row.violated, row.longest.toMillis())));
    return table.toString();
  }
}
