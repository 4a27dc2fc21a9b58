package dev.mcpsession.gateway.stream;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts a stream of server-sent events into whole events, without changing a byte (WHATWG HTML,
 * section 9.2.5). A line ends with CR, LF or CRLF, an event with an empty line. An event that is
 * not whole yet is held back, so that something of one's own can be put between events; one that is
 * longer than {@link #LONGEST_HELD} is let through as it comes. Not thread-safe.
 */
public final class EventFramer {
  /** Bytes of an incomplete event that are held back at most. */
  public static final int LONGEST_HELD = 64 * 1024;

  private static final Buffer EMPTY = Buffer.buffer(0);

  private Buffer held = EMPTY;

  /** Whether the last byte seen ended a line; true at the start. */
  private boolean lineStart = true;

  /** Whether the last byte was a CR, whose LF may follow. */
  private boolean afterCr;

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
    int length = chunk.length();
    for (int i = 0; i < length; i++) {
      byte b = chunk.getByte(i);
      if (b == '\n' && afterCr) {
        afterCr = false; // the second half of CRLF belongs to the line before
        if (end == i) {
          end = i + 1;
        }
      } else if (b == '\n' || b == '\r') {
        if (lineStart) {
          end = i + 1;
          count++;
        }
        lineStart = true;
        afterCr = b == '\r';
      } else {
        lineStart = false;
        afterCr = false;
      }
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
