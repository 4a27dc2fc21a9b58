package dev.mcpsession.gateway.resume;

import dev.mcpsession.gateway.stream.RewrittenEvents;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of one backend for a GET stream, which several may feed, with and without a client: if
 * it gives them no ids, they go into the one buffer of that stream, and whoever reads the stream
 * gets them from there. So their order and numbers are the same for all who read it.
 */
public final class StandingEvents extends KeptEvents {
  /** The GET stream that they are for. */
  public interface Place {
    /** Where its events are kept; is made with the first call. */
    BufferedStream kept();

    /** Whether the client is there that opened it, and takes events with a backend's ids. */
    boolean hasClient();

    /** Whether it goes on when that client leaves. */
    boolean goesOn();
  }

  private final RewrittenEvents rewritten;
  private final Place place;
  private @Nullable BufferedStream stream;

  /**
   * @param rewritten what becomes of the events besides
   */
  public StandingEvents(RewrittenEvents rewritten, Place place) {
    super(rewritten);
    this.rewritten = rewritten;
    this.place = place;
  }

  @Override
  BufferedStream stream() {
    if (stream == null) {
      stream = place.kept();
    }
    return stream;
  }

  @Override
  void keep(byte[] event, Buffer out) {
    var unused = stream().append(event);
  }

  @Override
  void beginPart(Buffer out) {}

  @Override
  void passPart(byte[] bytes, int from, int to, Buffer out) {}

  /** Without a client a backend's ids are taken away, which may stand anywhere. */
  @Override
  byte[] whole(byte[] event) {
    return EventFields.withoutIds(event, 0, event.length);
  }

  /** Nobody would get events with a backend's ids while there is no client. */
  @Override
  boolean leavesIds() {
    return place.hasClient();
  }

  /** Whether the backend keeps its events itself, and can be asked for them. */
  public boolean isWithBackend() {
    return areBackends();
  }

  /** The backend's own id of the last event that came from it; empty: none had one. */
  public Optional<String> lastEventId() {
    return rewritten.lastEventId();
  }

  /** What goes through the buffer is never part of an event. */
  @Override
  public boolean betweenEvents() {
    return areKept() || super.betweenEvents();
  }

  @Override
  public Buffer rest() {
    Buffer rest = super.rest();
    return areKept() ? Buffer.buffer() : rest;
  }

  /** Events in the buffer are counted where they are sent. */
  @Override
  public long count() {
    return areKept() ? 0 : super.count();
  }

  @Override
  public WhenClientLeaves whenClientLeaves() {
    return !areBackends() && place.goesOn() ? WhenClientLeaves.READ_ON : WhenClientLeaves.CLOSE;
  }

  @Override
  public boolean mayReadOn(Runnable later) {
    return stream == null || stream.mayGoOn(later);
  }

  @Override
  public void ended(boolean broken) {
    super.ended(broken);
    if (stream != null) {
      stream.letGo(held());
    }
  }
}
