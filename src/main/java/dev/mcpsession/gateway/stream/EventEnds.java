package dev.mcpsession.gateway.stream;

import io.vertx.core.buffer.Buffer;

/**
 * Finds where events end in a stream that comes in chunks: with an empty line. A line ends with CR,
 * LF or CRLF (WHATWG HTML, section 9.2.5). Not thread-safe.
 */
public final class EventEnds {
  /** Whether the last byte seen ended a line; true at the start. */
  private boolean lineStart = true;

  /** Whether the last byte was a CR, whose LF may follow. */
  private boolean afterCr;

  /** Whether this chunk, which comes next, begins with the LF of a CRLF. */
  public boolean isWithinCrlf(Buffer chunk) {
    return afterCr && chunk.length() > 0 && chunk.getByte(0) == '\n';
  }

  /**
   * Looks at the bytes of a chunk up to the end of an event. The LF of a CRLF belongs to the event
   * before it, unless it comes in the next chunk.
   *
   * @param from zero, or what the call before has returned for the same chunk
   * @return the index of what follows the event that ends next; -1: none does
   */
  public int next(Buffer chunk, int from) {
    int length = chunk.length();
    for (int i = from; i < length; i++) {
      byte b = chunk.getByte(i);
      if (b == '\n' && afterCr) {
        afterCr = false; // the second half of CRLF belongs to the line before
      } else if (b == '\n' || b == '\r') {
        afterCr = b == '\r';
        if (lineStart) {
          return behindLf(chunk, i + 1);
        }
        lineStart = true;
      } else {
        lineStart = false;
        afterCr = false;
      }
    }
    return -1;
  }

  private int behindLf(Buffer chunk, int index) {
    if (afterCr && index < chunk.length() && chunk.getByte(index) == '\n') {
      afterCr = false;
      return index + 1;
    }
    return index;
  }
}
