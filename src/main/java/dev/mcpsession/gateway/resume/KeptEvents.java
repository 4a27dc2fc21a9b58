package dev.mcpsession.gateway.resume;

import static dev.mcpsession.gateway.resume.EventFields.DATA;
import static dev.mcpsession.gateway.resume.EventFields.ID;
import static dev.mcpsession.gateway.resume.EventFields.hasField;

import dev.mcpsession.gateway.stream.EventEnds;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The events of a legacy client's stream that are kept if the backend gives them no ids, with and
 * without a client, so that it can come back for them. The first event decides. Comments, and
 * fields without data, are no events, and are not kept (WHATWG HTML, section 9.2.6).
 */
abstract sealed class KeptEvents implements StreamEvents permits NumberedEvents, StandingEvents {
  private enum Ids {
    NOT_KNOWN,
    BACKENDS,
    OWN
  }

  private final StreamEvents inner;
  private final EventEnds ends = new EventEnds();
  private final ByteArrayOutputStream part = new ByteArrayOutputStream(0);
  private Ids ids = Ids.NOT_KNOWN;

  /** Whether part of an event has come that goes on. */
  private boolean midEvent;

  private boolean partIsLost;

  /** Bytes for which the stream has made room. */
  private int held;

  /**
   * @param inner what becomes of the events besides
   */
  KeptEvents(StreamEvents inner) {
    this.inner = inner;
  }

  /** Where they are kept; is made once it is known to be needed. */
  abstract BufferedStream stream();

  /** Keeps a whole event. */
  abstract void keep(byte[] event, Buffer out);

  /** The first of an event that is too long to be held back comes. */
  abstract void beginPart(Buffer out);

  /** Some of that event. */
  abstract void passPart(byte[] bytes, int from, int to, Buffer out);

  /** All of it, as it is to be kept. */
  abstract byte[] whole(byte[] event);

  /** Whether the events of a backend that gives them ids are its own business. */
  abstract boolean leavesIds();

  @Override
  public Buffer pass(Buffer chunk) {
    Buffer ready = inner.pass(chunk);
    if (ids == Ids.BACKENDS || ready.length() == 0) {
      return ready;
    }
    byte[] bytes = ready.getBytes();
    Buffer out = Buffer.buffer(bytes.length + 128);
    int at = 0;
    if (!midEvent && ends.isWithinCrlf(ready)) { // the second half of what ended the event before
      out.appendByte(bytes[0]);
      at = 1;
    }
    for (int end = ends.next(ready, 0); end >= 0; end = ends.next(ready, end)) {
      block(bytes, at, end, out);
      at = end;
    }
    if (at < bytes.length) {
      part(bytes, at, out);
    }
    return ids == Ids.BACKENDS ? ready : out;
  }

  private void block(byte[] bytes, int from, int to, Buffer out) {
    if (midEvent) {
      midEvent = false;
      passPart(bytes, from, to, out);
      keepPart(bytes, from, to);
      return;
    }
    boolean hasId = hasField(bytes, from, to, ID);
    boolean hasData = hasField(bytes, from, to, DATA);
    decide(hasId, hasData);
    if (ids != Ids.OWN || (!hasId && !hasData)) {
      out.appendBytes(bytes, from, to - from);
      return;
    }
    byte[] event =
        hasId ? EventFields.withoutIds(bytes, from, to) : Arrays.copyOfRange(bytes, from, to);
    if (hasData) {
      keep(event, out);
    } else {
      out.appendBytes(event);
    }
  }

  private void decide(boolean hasId, boolean hasData) {
    if (ids == Ids.NOT_KNOWN && (hasId || hasData)) {
      ids = hasId && leavesIds() ? Ids.BACKENDS : Ids.OWN;
    }
  }

  /** The beginning of an event that is too long to be held back, or more of it. */
  private void part(byte[] bytes, int from, Buffer out) {
    if (!midEvent) {
      decide(hasField(bytes, from, bytes.length, ID), true);
      if (ids == Ids.BACKENDS) {
        return;
      }
      beginPart(out);
      part.reset();
      partIsLost = false;
      midEvent = true;
    }
    passPart(bytes, from, bytes.length, out);
    int more = bytes.length - from;
    partIsLost = partIsLost || !stream().hold(more);
    if (!partIsLost) {
      held += more;
      part.write(bytes, from, more);
    }
  }

  private void keepPart(byte[] bytes, int from, int to) {
    if (partIsLost) {
      stream().missed(held);
    } else {
      part.write(bytes, from, to - from);
      stream().append(whole(part.toByteArray()), held);
    }
    held = 0;
    part.reset();
  }

  /** Whether a backend that gives its events ids keeps them itself. */
  final boolean areBackends() {
    return ids == Ids.BACKENDS;
  }

  /** Whether they are kept here. */
  final boolean areKept() {
    return ids == Ids.OWN;
  }

  /** Whether part of an event has come, for which room is held. */
  final boolean isMidEvent() {
    return midEvent;
  }

  /** Bytes of the part of an event for which room is held. */
  final int held() {
    return held;
  }

  final StreamEvents inner() {
    return inner;
  }

  @Override
  public Buffer rest() {
    return inner.rest();
  }

  @Override
  public boolean betweenEvents() {
    return inner.betweenEvents();
  }

  @Override
  public boolean isAnswered() {
    return inner.isAnswered();
  }

  @Override
  public long count() {
    return inner.count();
  }

  @Override
  public void ended(boolean broken) {
    inner.ended(broken);
  }
}
