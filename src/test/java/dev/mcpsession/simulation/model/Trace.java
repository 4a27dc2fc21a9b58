package dev.mcpsession.simulation.model;

import java.time.InstantSource;
import java.util.ArrayDeque;

/** The last steps of one run, which a failure shows besides the seed. */
public final class Trace {
  private static final int LINES = Integer.getInteger("property.lines", 160);

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final InstantSource clock;
  private int depth;

  public Trace(InstantSource clock) {
    this.clock = clock;
  }

  public void line(String text) {
    if (lines.size() == LINES) {
      lines.removeFirst();
    }
    lines.add(clock.instant() + " " + "  ".repeat(depth) + text);
  }

  public void indent() {
    depth++;
  }

  public void outdent() {
    depth--;
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
