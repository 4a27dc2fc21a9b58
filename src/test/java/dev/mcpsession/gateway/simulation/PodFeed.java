package dev.mcpsession.gateway.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The body of one answer of a Pod, which is a stream of events, on its way to a replica. */
final class PodFeed {
  /** Who reads it, in a replica. */
  interface Reader {
    void event(String text);

    void ended(boolean broken);
  }

  private final World world;
  private final Channel channel;
  private final Runnable closed;
  private final Runnable cut;
  private final List<Consumer<Reader>> early = new ArrayList<>();
  private @Nullable Reader reader;
  private boolean over;
  private boolean overHere;

  /**
   * @param closed is run in the Pod once it sees that the connection is closed
   * @param cut is run if it breaks off on its own
   */
  PodFeed(World world, Runnable closed, Runnable cut) {
    this.world = world;
    this.channel = new Channel(world.timeline);
    this.closed = closed;
    this.cut = cut;
  }

  /** In the Pod. */
  void emit(String text) {
    if (!over && world.timeline.chance.in(world.network.faults)) {
      end(true);
      closed.run();
      cut.run();
    } else {
      send(it -> it.event(text));
    }
  }

  /** In the Pod: nothing more comes. */
  void end(boolean broken) {
    send(it -> it.ended(broken));
    over = true;
  }

  /** The Pod's node is gone without a word. */
  void fallSilent() {
    over = true;
    overHere = true;
  }

  private void send(Consumer<Reader> what) {
    if (!over) {
      channel.send(() -> arrive(what));
    }
  }

  private void arrive(Consumer<Reader> what) {
    if (overHere) {
      return;
    }
    if (reader == null) {
      early.add(what);
    } else {
      what.accept(reader);
    }
  }

  /** In the replica: the head has come, and these are told of the rest. */
  void read(Reader by) {
    reader = by;
    List.copyOf(early).forEach(this::arrive);
    early.clear();
  }

  /** In the replica. */
  void close() {
    if (!overHere) {
      overHere = true;
      world.timeline.soon(
          () -> {
            over = true;
            closed.run();
          });
    }
  }
}
