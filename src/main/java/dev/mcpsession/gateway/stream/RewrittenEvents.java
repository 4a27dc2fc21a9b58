package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.ServerRequestId;
import dev.mcpsession.gateway.stream.ScannedMessage.Range;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of a legacy connection: their ids, and those of the server's own requests in them,
 * name the session of the backend ({@link BackendEventId}, {@link ServerRequestId}). All other
 * bytes stay as they are, and are looked at once. Lines are those of WHATWG HTML, section 9.2.6: an
 * id may stand anywhere in an event, and one with a NUL in it is none.
 *
 * <p>An event that is longer than {@link #LONGEST_HELD} goes out as it comes; whether an id in its
 * beginning is that of a request is judged by what of it had come until then.
 */
public final class RewrittenEvents implements StreamEvents {
  /** Bytes of an incomplete event that are held back at most. */
  public static final int LONGEST_HELD = EventFramer.LONGEST_HELD;

  private enum Line {
    NAME,
    DATA,
    ID,
    OTHER
  }

  private record Edit(int from, int to, String text) {}

  private static final byte[] NOTHING = {};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] DATA = "data".getBytes(US_ASCII);
  private static final byte[] ID = "id".getBytes(US_ASCII);

  private final Incarnation from;

  /** Of event ids; empty if the request's own id is too long for one. */
  private final Optional<String> prefix;

  private final MessageScanner messages = new MessageScanner();
  private final List<Range> ids = new ArrayList<>(2);
  private final List<Edit> edits = new ArrayList<>(2);

  /** What is held back; all of it was looked at. */
  private byte[] bytes = NOTHING;

  private int length;

  private Line line = Line.NAME;

  /** Where the line begins, or the value of an id. */
  private int start;

  private boolean firstLine = true;
  private boolean valueBegins;
  private boolean nul;
  private boolean afterCr;

  /** Whether the line that ended last was an empty one. */
  private boolean blank;

  private boolean midEvent;

  /** Whether an event has an id, so that the backend can be asked for those after it. */
  private boolean identified;

  /** Whether the ids of its events are remembered. */
  private final boolean standing;

  /** Of the event that comes; null: it has none so far. Empty: it has one that cannot be used. */
  private @Nullable String nextId;

  private String lastId = "";
  private long count;

  /**
   * @param from the backend session
   * @param requestId that the stream answers, as JSON; empty: it is a GET stream
   */
  public RewrittenEvents(Incarnation from, Optional<String> requestId) {
    this.from = from;
    this.prefix = BackendEventId.prefix(from, requestId);
    this.standing = requestId.isEmpty();
  }

  @Override
  public Buffer pass(Buffer chunk) {
    boolean onlyChunk = length == 0;
    int from = hold(chunk);
    int end = scan(from);
    Buffer ready = Buffer.buffer();
    if (end > 0) {
      ready = onlyChunk && isUnchanged(end) ? untouched(chunk, end) : take(end);
      midEvent = false;
    }
    if (midEvent || length > LONGEST_HELD) {
      return ready.length() == 0 ? release() : ready.copy().appendBuffer(release());
    }
    return ready;
  }

  /** Returns where the chunk begins. */
  private int hold(Buffer chunk) {
    int before = length;
    length += chunk.length();
    if (before == 0) {
      bytes = chunk.getBytes();
    } else {
      if (length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
      }
      chunk.getBytes(bytes, before);
    }
    return before;
  }

  /** Returns the index after the last event that ends in what is held; -1: none does. */
  private int scan(int from) {
    int end = -1;
    int i = from;
    while (i < length) {
      byte b = bytes[i];
      if (b == '\n' && afterCr) { // the second half of CRLF belongs to the line before
        afterCr = false;
        i++;
        start = i;
        end = blank ? i : end;
      } else if (b == '\n' || b == '\r') {
        endOfLine(i);
        afterCr = b == '\r';
        i++;
        start = i;
        end = blank ? i : end;
      } else {
        afterCr = false;
        i = inLine(b, i);
      }
    }
    return end;
  }

  private void endOfLine(int end) {
    blank = line == Line.NAME && end == start;
    if (blank) {
      count++;
      lastId = nextId == null ? lastId : nextId;
      nextId = null;
      messages.endOfEvent();
    } else if (line == Line.DATA) {
      messages.endOfLine(bytes, end);
    } else if (line == Line.ID && !nul && end > start) {
      editId(end);
    }
    line = Line.NAME;
    firstLine = false;
  }

  private void editId(int end) {
    boolean fits = prefix.isPresent() && end - start <= BackendEventId.LONGEST_ID;
    if (standing) {
      nextId = fits ? new String(bytes, start, end - start, UTF_8) : "";
    }
    if (fits) {
      identified = true;
      edits.add(new Edit(start, start, prefix.orElseThrow()));
    } else {
      edits.add(new Edit(start, end, "")); // the client cannot resume after this event
    }
  }

  /** Returns the index of what follows. */
  private int inLine(byte b, int i) {
    if (line == Line.NAME) {
      inName(b, i);
      return i + 1;
    }
    int from = i;
    if (valueBegins) {
      valueBegins = false;
      from = b == ' ' ? i + 1 : i;
      start = line == Line.ID ? from : start;
    }
    switch (line) {
      case DATA -> {
        from = messages.scan(bytes, from, length, ids);
        rewritten();
      }
      case ID -> {
        while (from < length && bytes[from] != '\n' && bytes[from] != '\r') {
          nul |= bytes[from] == 0;
          from++;
        }
      }
      default -> {
        while (from < length && bytes[from] != '\n' && bytes[from] != '\r') {
          from++;
        }
      }
    }
    return from;
  }

  private void inName(byte b, int i) {
    if (firstLine && i == start + 2 && isName(BYTE_ORDER_MARK, i + 1)) {
      start = i + 1;
      firstLine = false;
    } else if (b == ':') {
      line = isName(DATA, i) ? Line.DATA : isName(ID, i) ? Line.ID : Line.OTHER;
      valueBegins = true;
      start = line == Line.ID ? i + 1 : start;
      nul = false;
    } else if (i - start > DATA.length) {
      line = Line.OTHER;
    }
  }

  private boolean isName(byte[] name, int end) {
    return Arrays.equals(bytes, start, end, name, 0, name.length);
  }

  private void rewritten() {
    for (Range id : ids) {
      String json = new String(bytes, id.from(), id.to() - id.from(), UTF_8);
      edits.add(new Edit(id.from(), id.to(), new ServerRequestId(from, json).toClient()));
    }
    ids.clear();
  }

  /** What may go out of an event that is too long to hold. */
  private Buffer release() {
    messages.decide(ids);
    rewritten();
    int end = line == Line.DATA ? messages.neededFrom(length) : length;
    if (line == Line.ID || line == Line.NAME) {
      end = start;
    }
    if (length - end > LONGEST_HELD) { // no name and no id is so long
      messages.giveUp();
      line = line == Line.ID ? Line.OTHER : line;
      end = length;
    }
    midEvent = true;
    return take(end);
  }

  private boolean isUnchanged(int end) {
    return edits.stream().noneMatch(it -> it.from() < end);
  }

  private Buffer untouched(Buffer chunk, int end) {
    forget(end);
    return end == chunk.length() ? chunk : chunk.slice(0, end);
  }

  private Buffer take(int end) {
    Buffer out = Buffer.buffer(end + 64);
    edits.sort(Comparator.comparingInt(Edit::from));
    int at = 0;
    int done = 0;
    while (done < edits.size() && edits.get(done).from() < end) {
      Edit edit = edits.get(done);
      out.appendBytes(bytes, at, edit.from() - at).appendString(edit.text());
      at = edit.to();
      done++;
    }
    out.appendBytes(bytes, at, end - at);
    edits.subList(0, done).clear();
    forget(end);
    return out;
  }

  private void forget(int end) {
    length -= end;
    bytes = length == 0 ? NOTHING : Arrays.copyOfRange(bytes, end, end + length);
    start -= end;
    messages.shift(end);
    edits.replaceAll(it -> new Edit(it.from() - end, it.to() - end, it.text()));
  }

  @Override
  public Buffer rest() {
    return take(length);
  }

  @Override
  public boolean betweenEvents() {
    return !midEvent;
  }

  @Override
  public boolean isAnswered() {
    return messages.isAnswered();
  }

  @Override
  public long count() {
    return count;
  }

  /**
   * The backend's own id of the last event that has ended on a GET stream; empty: there is none.
   */
  public Optional<String> lastEventId() {
    return Optional.of(lastId).filter(id -> !id.isEmpty());
  }

  @Override
  public WhenClientLeaves whenClientLeaves() {
    return identified ? WhenClientLeaves.CLOSE : WhenClientLeaves.FORGET;
  }
}
