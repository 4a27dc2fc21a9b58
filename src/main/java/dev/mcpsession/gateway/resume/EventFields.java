package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** The fields of events in bytes (WHATWG HTML, section 9.2.6). */
final class EventFields {
  static final byte[] ID = "id".getBytes(US_ASCII);
  static final byte[] DATA = "data".getBytes(US_ASCII);

  private EventFields() {}

  /** Whether one of these lines is a field of this name. */
  static boolean hasField(byte[] bytes, int from, int to, byte[] name) {
    for (int at = from; at < to; at = nextLine(bytes, at, to)) {
      if (isField(bytes, at, to, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isField(byte[] bytes, int at, int to, byte[] name) {
    int end = at + name.length;
    if (end >= to || !Arrays.equals(bytes, at, end, name, 0, name.length)) {
      return false;
    }
    return bytes[end] == ':' || bytes[end] == '\n' || bytes[end] == '\r';
  }

  private static int nextLine(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at + (at + 1 < to && bytes[at] == '\r' && bytes[at + 1] == '\n' ? 2 : 1);
  }

  /** What is left of an event without its ids. */
  static byte[] withoutIds(byte[] bytes, int from, int to) {
    Buffer left = Buffer.buffer(to - from);
    int at = from;
    while (at < to) {
      int next = Math.min(to, nextLine(bytes, at, to));
      if (!isField(bytes, at, to, ID)) {
        left.appendBytes(bytes, at, next - at);
      }
      at = next;
    }
    return left.getBytes();
  }
}
