package dev.mcpsession.explain;

import java.util.List;

/** Text in two columns: what it is about, and what is said of it. */
final class TextTable {
  private static final int WIDTH = 15;

  private final StringBuilder text = new StringBuilder();

  void title(String words) {
    text.append(words).append('\n');
  }

  void gap() {
    text.append('\n');
  }

  void put(String label, String words) {
    text.append((label + ":" + " ".repeat(WIDTH)).substring(0, WIDTH)).append(words).append('\n');
  }

  /** The label stands at the first line only; an item of several lines stays in its column. */
  void put(String label, List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (i == 0) {
        put(label, lines.get(i));
      } else {
        more(lines.get(i));
      }
    }
  }

  void more(String words) {
    text.append(" ".repeat(WIDTH)).append(words).append('\n');
  }

  /** What begins with a space is an item below another already. */
  void items(List<String> words) {
    words.forEach(item -> more(item.startsWith(" ") ? item : "- " + item));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
