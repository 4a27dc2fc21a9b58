package dev.mcpsession.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures, as Markdown. */
public record Table(String title, List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
  }

  /** Collects rows of a table. */
  public static final class Builder {
    private final String title;
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Builder(String title, String... header) {
      this.title = title;
      this.header = List.of(header);
    }

    public Builder row(Object... cells) {
      List<String> row = new ArrayList<>();
      for (Object cell : cells) {
        row.add(cell instanceof Double number ? number(number) : String.valueOf(cell));
      }
      rows.add(row);
      return this;
    }

    public Table build() {
      return new Table(title, header, rows);
    }
  }

  /** Formats with as many digits as are significant. */
  public static String number(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 1 ? "%.1f" : "%.3f", value);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("### ").append(title).append("\n\n");
    line(text, header);
    line(text, header.stream().map(cell -> "---").toList());
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
