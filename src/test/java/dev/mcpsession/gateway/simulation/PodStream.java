package dev.mcpsession.gateway.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream of events of a backend session, and the connection that it goes out on. */
final class PodStream {
  private final World world;
  private final int number;
  private final boolean givesIds;
  private final Runnable cut;
  private final List<String> events = new ArrayList<>();
  private @Nullable PodFeed feed;
  private boolean over;

  /**
   * @param number among the streams of its session; 0: the GET stream
   * @param cut is run if a connection of it breaks off on its own
   */
  PodStream(World world, int number, boolean givesIds, Runnable cut) {
    this.world = world;
    this.number = number;
    this.givesIds = givesIds;
    this.cut = cut;
  }

  /** Whether some connection has it. */
  boolean isOpen() {
    return feed != null;
  }

  boolean isOver() {
    return over;
  }

  /** The number of the next event. */
  int next() {
    return events.size() + 1;
  }

  void emit(String json) {
    if (!over) {
      String id = givesIds ? "id: " + number + "-" + next() + "\n" : "";
      events.add(id + "data: " + json + "\n\n");
      if (feed != null) {
        feed.emit(events.getLast());
      }
    }
  }

  /** From its next event on. */
  PodFeed open() {
    return open(events.size());
  }

  /** From the event after this one on, of which it is known what they are. */
  PodFeed open(int after) {
    PodFeed[] self = new PodFeed[1];
    PodFeed opened =
        new PodFeed(
            world,
            () -> {
              if (feed == self[0]) {
                feed = null;
              }
            },
            cut);
    self[0] = opened;
    feed = opened;
    events.subList(Math.min(after, events.size()), events.size()).forEach(opened::emit);
    if (over) {
      opened.end(false);
      feed = null;
    }
    return opened;
  }

  /** The answer was the last of it. */
  void finish() {
    over = true;
    if (feed != null) {
      feed.end(false);
      feed = null;
    }
  }

  void breakOff(boolean silently) {
    over = true;
    if (feed != null && silently) {
      feed.fallSilent();
    } else if (feed != null) {
      feed.end(true);
    }
    feed = null;
  }
}
