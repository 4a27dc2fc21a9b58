package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of a legacy client's stream: if the backend gives them no ids, they get some of the
 * gateway's own and are kept, with and without a client, so that it can come back for them. The
 * first event decides. Comments, and fields without data, are no events, and are not kept (WHATWG
 * HTML, section 9.2.6).
 */
public final class NumberedEvents implements StreamEvents {
  private enum Ids {
    NOT_KNOWN,
    BACKENDS,
    OWN
  }

  private static final byte[] ID = "id".getBytes(US_ASCII);
  private static final byte[] DATA = "data".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  private final StreamEvents inner;
  private final Supplier<BufferedStream> opening;
  private final Function<BufferedStream, String> prefix;
  private final Function<BufferedStream, Optional<byte[]>> lastWords;
  private final ByteArrayOutputStream part = new ByteArrayOutputStream(0);
  private Ids ids = Ids.NOT_KNOWN;
  private @Nullable BufferedStream stream;
  private byte[] idLine = NOTHING;

  /** Whether part of an event has been passed on that goes on. */
  private boolean midEvent;

  private boolean partIsLost;
  private boolean lineStart = true;
  private boolean afterCr;

  /**
   * @param inner what becomes of the events besides
   * @param opening makes the stream once it is known to be needed
   * @param prefix of the ids of its events, up to their number
   * @param lastWords the event that tells of a backend that broke off without an answer; empty: the
   *     stream answers nothing
   */
  public NumberedEvents(
      StreamEvents inner,
      Supplier<BufferedStream> opening,
      Function<BufferedStream, String> prefix,
      Function<BufferedStream, Optional<byte[]>> lastWords) {
    this.inner = inner;
    this.opening = opening;
    this.prefix = prefix;
    this.lastWords = lastWords;
  }

  @Override
  public Buffer pass(Buffer chunk) {
    Buffer ready = inner.pass(chunk);
    if (ids == Ids.BACKENDS || ready.length() == 0) {
      return ready;
    }
    byte[] bytes = ready.getBytes();
    Buffer out = Buffer.buffer(bytes.length + 128);
    int at = 0;
    if (afterCr && bytes[0] == '\n') { // the second half of what ended the event before
      out.appendByte(bytes[0]);
      at = 1;
    }
    afterCr = false;
    int end = nextEnd(bytes, at);
    while (end >= 0) {
      block(bytes, at, end, out);
      at = end;
      end = nextEnd(bytes, end);
    }
    if (at < bytes.length) {
      part(bytes, at, out);
    }
    return ids == Ids.BACKENDS ? ready : out;
  }

  /** Index after the next empty line; -1: there is none in these bytes. */
  private int nextEnd(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterCr) {
        afterCr = false; // the second half of CRLF belongs to the line before
      } else if (b == '\n' || b == '\r') {
        afterCr = b == '\r';
        if (lineStart) {
          return end(bytes, i + 1);
        }
        lineStart = true;
      } else {
        lineStart = false;
        afterCr = false;
      }
    }
    return -1;
  }

  private int end(byte[] bytes, int next) {
    if (afterCr && next < bytes.length && bytes[next] == '\n') {
      afterCr = false;
      return next + 1;
    }
    return next;
  }

  private void block(byte[] bytes, int from, int to, Buffer out) {
    if (midEvent) {
      midEvent = false;
      out.appendBytes(bytes, from, to - from);
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
    byte[] event = hasId ? withoutIds(bytes, from, to) : copy(bytes, from, to);
    if (hasData) {
      identify(opened().append(event), out);
    }
    out.appendBytes(event);
  }

  private void decide(boolean hasId, boolean hasData) {
    if (ids == Ids.NOT_KNOWN && (hasId || hasData)) {
      ids = hasId ? Ids.BACKENDS : Ids.OWN;
    }
  }

  private BufferedStream opened() {
    if (stream == null) {
      stream = opening.get();
      idLine = ("id: " + prefix.apply(stream)).getBytes(US_ASCII);
    }
    return stream;
  }

  private void identify(long number, Buffer out) {
    out.appendBytes(idLine).appendString(number + "\n");
  }

  /** The beginning of an event that is too long to be held back, or more of it. */
  private void part(byte[] bytes, int from, Buffer out) {
    if (!midEvent) {
      decide(hasField(bytes, from, bytes.length, ID), true);
      if (ids == Ids.BACKENDS) {
        return;
      }
      identify(opened().last() + 1, out);
      part.reset();
      partIsLost = false;
      midEvent = true;
    }
    out.appendBytes(bytes, from, bytes.length - from);
    partIsLost = partIsLost || !opened().hold(bytes.length - from);
    if (!partIsLost) {
      part.write(bytes, from, bytes.length - from);
    }
  }

  private void keepPart(byte[] bytes, int from, int to) {
    if (partIsLost) {
      opened().missed();
    } else {
      part.write(bytes, from, to - from);
      opened().append(part.toByteArray());
    }
    part.reset();
  }

  private static byte[] copy(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Whether one of these lines is a field of this name. */
  private static boolean hasField(byte[] bytes, int from, int to, byte[] name) {
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

  private static byte[] withoutIds(byte[] bytes, int from, int to) {
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
  public WhenClientLeaves whenClientLeaves() {
    return ids == Ids.OWN ? WhenClientLeaves.READ_ON : inner.whenClientLeaves();
  }

  @Override
  public boolean mayReadOn(Runnable later) {
    return stream == null || stream.mayGoOn(later);
  }

  @Override
  public void ended(boolean broken) {
    inner.ended(broken);
    BufferedStream kept = stream;
    if (kept == null) {
      return;
    }
    if (midEvent) {
      kept.missed(); // it has a number, and no end
    }
    Optional<byte[]> last =
        broken && !inner.isAnswered() ? lastWords.apply(kept) : Optional.empty();
    last.ifPresent(kept::append);
    if (inner.isAnswered() || last.isPresent()) {
      kept.answered();
    }
    kept.end();
  }
}
