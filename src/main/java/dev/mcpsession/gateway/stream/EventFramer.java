package dev.mcpsession.gateway.stream;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts a stream of server-sent events into whole events, without changing a byte (WHATWG HTML,
 * section 9.2.5). An event that is not whole yet is held back, so that something of one's own can
 * be put between events; one that is longer than {@link #LONGEST_HELD} is let through as it comes.
 * Not thread-safe.
 */
public final class EventFramer {
  /** Bytes of an incomplete event that are held back at most. */
  public static final int LONGEST_HELD = 64 * 1024;

  private static final Buffer EMPTY = Buffer.buffer(0);

  private final EventEnds ends = new EventEnds();
  private Buffer held = EMPTY;
  private long count;

  /** Whether part of an event that is not whole has been let through. */
  private boolean midEvent;

  /** What can be passed on now: whole events, or part of one that is too long to hold. */
  public Buffer feed(Buffer chunk) {
    int end = lastEventEnd(chunk);
    if (end < 0) {
      return hold(chunk);
    }
    Buffer ready = held.length() == 0 ? slice(chunk, 0, end) : copy(held, chunk, end);
    held = end == chunk.length() ? EMPTY : chunk.getBuffer(end, chunk.length());
    midEvent = false;
    return held.length() > LONGEST_HELD ? ready.copy().appendBuffer(release()) : ready;
  }

  private Buffer hold(Buffer chunk) {
    if (midEvent) {
      return chunk;
    }
    held = held.length() == 0 ? chunk.copy() : held.appendBuffer(chunk);
    return held.length() > LONGEST_HELD ? release() : EMPTY;
  }

  private Buffer release() {
    Buffer all = held;
    held = EMPTY;
    midEvent = true;
    return all;
  }

  private static Buffer slice(Buffer chunk, int from, int to) {
    return from == 0 && to == chunk.length() ? chunk : chunk.slice(from, to);
  }

  private static Buffer copy(Buffer first, Buffer second, int to) {
    return Buffer.buffer(first.length() + to).appendBuffer(first).appendBuffer(second, 0, to);
  }

  /** Index after the last event that ends in this chunk; -1: none does. */
  private int lastEventEnd(Buffer chunk) {
    int end = -1;
    for (int next = ends.next(chunk, 0); next >= 0; next = ends.next(chunk, next)) {
      end = next;
      count++;
    }
    return end;
  }

  /** How many events have ended so far. */
  public long count() {
    return count;
  }

  /** Whether something of one's own may be written now. */
  public boolean betweenEvents() {
    return !midEvent;
  }

  /** Takes what is held back: the stream has ended without the end of its last event. */
  public Buffer rest() {
    Buffer rest = held;
    held = EMPTY;
    return rest;
  }
}
