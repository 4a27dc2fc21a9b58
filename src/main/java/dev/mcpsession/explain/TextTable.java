package dev.mcpsession.explain;

import java.util.List;

/** Text in two columns: labels, and what they say. */
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

  /** Puts the label on the first line only; all lines are in the second column. */
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

  /** A line that begins with a space is a nested item already. */
  void items(List<String> words) {
    words.forEach(item -> more(item.startsWith(" ") ? item : "- " + item));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
