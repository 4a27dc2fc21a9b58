package dev.mcpsession.gateway.resume;

import dev.mcpsession.gateway.resume.EventLog.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream in a buffer. Whoever reads the backend appends to it, whether a client is there or
 * not; of its readers the newest one counts. Safe for use by several threads.
 */
public final class BufferedStream {
  /** Who reads the backend waits while the client is this far behind what came. */
  private static final long FAR_BEHIND = 1024 * 1024;

  /** Told of changes, on any thread: returns at once. */
  public interface Reader {
    /** There is something to read, or the stream has ended. */
    void more();

    /** Another reader has taken its place. */
    void replaced();
  }

  /** What a reader gets. */
  public sealed interface Batch {
    /**
     * The next events.
     *
     * @param events the bytes of each, without a line for its id
     * @param first the number of the first of them; the others follow without a gap
     */
    record Events(long first, List<byte[]> events) implements Batch {}

    /** There is nothing yet, and the reader is told; or another one has taken its place. */
    record Nothing() implements Batch {}

    /**
     * All has been read.
     *
     * @param answered whether the answer of the request is among what the client has
     */
    record End(boolean answered) implements Batch {}

    /** What follows is not kept any more, or never was. A GET stream goes on behind it instead. */
    record Lost() implements Batch {}
  }

  final EventLog log = new EventLog();
  final SessionShare session;
  long endedAt;
  long held;

  private final StreamBuffers buffers;
  private final long number;
  private final String connection;
  private final Optional<String> requestId;
  private boolean answered;
  private boolean ended;
  private @Nullable Reading reading;
  private final List<Runnable> waitingWriters = new ArrayList<>(1);

  /** When the last reader has left; when it was begun, if there was none. */
  private long unreadSince;

  /** Of all that was appended. */
  private long appendedBytes;

  BufferedStream(
      StreamBuffers buffers,
      SessionShare session,
      long number,
      String connection,
      Optional<String> requestId) {
    this.buffers = buffers;
    this.session = session;
    this.number = number;
    this.connection = connection;
    this.requestId = requestId;
    this.unreadSince = buffers.nanoTime();
  }

  /** Among the streams of this replica. */
  public long number() {
    return number;
  }

  /** The name of the McpConnection that it belongs to. */
  public String connection() {
    return connection;
  }

  /** Of the request that it answers, as JSON; empty: it is a GET stream. */
  public Optional<String> requestId() {
    return requestId;
  }

  /**
   * Adds an event, unless the stream has ended.
   *
   * @param event its bytes up to and with the empty line, without a line for its id; not copied
   * @return its number
   */
  public long append(byte[] event) {
    return append(event, 0);
  }

  /**
   * Adds an event, parts of which were held.
   *
   * @param held so many bytes
   */
  long append(byte[] event, int held) {
    return change(
        told -> {
          if (!ended) {
            appendedBytes += event.length;
            buffers.append(this, event, held);
            tellReader(told);
          }
          return log.last();
        });
  }

  /** Whether it has ended with the answer, and no event comes after this one. */
  public boolean isOver(long after) {
    return buffers.locked(() -> ended && answered && after == log.last());
  }

  /**
   * Whether a client that has this event can go on with it: every event after it is kept and, on a
   * GET stream, somebody still reads the backend.
   */
  public boolean mayResume(long after) {
    return buffers.locked(() -> log.reachesBackTo(after) && (requestId.isPresent() || !ended));
  }

  /** How long nobody has read it; zero: somebody does. */
  public Duration unreadFor() {
    return buffers.locked(
        () -> reading == null ? Duration.ofNanos(buffers.nanoTime() - unreadSince) : Duration.ZERO);
  }

  /** The number of the newest event. */
  public long last() {
    return buffers.locked(log::last);
  }

  /**
   * Makes room for part of an event that is still to be added.
   *
   * @return whether there is; if not, the event will have to be {@link #missed}
   */
  public boolean hold(int bytes) {
    return buffers.locked(() -> !ended && buffers.hold(this, bytes));
  }

  /** Gives up room that was made for part of an event. */
  void letGo(int held) {
    buffers.locked(
        () -> {
          buffers.letGo(this, held);
          return true;
        });
  }

  /**
   * There was an event that is too long to be kept.
   *
   * @param held bytes of it for which there was room
   */
  void missed(int held) {
    change(
        told -> {
          buffers.skip(this, held);
          tellReader(told);
          return true;
        });
  }

  /** The event that was added last is the answer of the request. */
  public void answered() {
    buffers.locked(() -> answered = true);
  }

  /** Nothing more comes. A second call does nothing. */
  public void end() {
    change(
        told -> {
          if (!ended) {
            ended = true;
            buffers.ended(this);
            tellReader(told);
          }
          return true;
        });
  }

  /** Nothing more comes, and nobody comes for what is kept, if nobody reads it now. */
  public void endUnlessRead() {
    boolean read =
        buffers.locked(
            () -> {
              if (!ended && reading == null) {
                ended = true;
                buffers.drop(this);
              }
              return reading != null;
            });
    if (read) {
      end();
    }
  }

  /** Does something under the lock, and tells whom it concerns behind it. */
  private <T> T change(Function<List<Runnable>, T> action) {
    List<Runnable> told = new ArrayList<>(2);
    T result = buffers.locked(() -> action.apply(told));
    told.forEach(Runnable::run);
    return result;
  }

  private void tellReader(List<Runnable> told) {
    if (reading != null && reading.waits) {
      reading.waits = false;
      told.add(reading.reader::more);
    }
  }

  /**
   * Whether who appends may go on. The client that reads may be too slow for it; without one, the
   * bounds of what is kept are all that counts. Several may append.
   *
   * @param later is called once it may again; on any thread
   */
  public boolean mayGoOn(Runnable later) {
    return buffers.locked(
        () -> {
          if (reading == null || !reading.isFarBehind()) {
            return true;
          }
          waitingWriters.add(later);
          return false;
        });
  }

  /**
   * Reads the stream from now on, in the place of whoever did.
   *
   * @param after the number of the last event that the client has
   */
  public Reading attach(Reader reader, long after) {
    return take(new Reading(reader, after, false));
  }

  /** The client gets the events from who appends them, until it leaves. */
  public Reading attachWriter(Reader reader) {
    return take(new Reading(reader, 0, true));
  }

  private Reading take(Reading next) {
    return change(
        told -> {
          if (reading != null) {
            told.add(reading.reader::replaced);
          }
          reading = next;
          next.readBytes = log.reachesBackTo(next.after) ? appendedBytes - unread(next.after) : 0;
          freeWriters(told);
          return next;
        });
  }

  private long unread(long after) {
    return log.after(after, Long.MAX_VALUE).stream().mapToLong(event -> event.bytes().length).sum();
  }

  private void freeWriters(List<Runnable> told) {
    if (reading == null || !reading.isFarBehind()) {
      told.addAll(waitingWriters);
      waitingWriters.clear();
    }
  }

  /** One client that reads the stream. Safe for use by several threads. */
  public final class Reading {
    private final Reader reader;
    private final boolean writes;
    private long after;
    private long readBytes;
    private boolean waits;

    private Reading(Reader reader, long after, boolean writes) {
      this.reader = reader;
      this.after = after;
      this.writes = writes;
    }

    private boolean isFarBehind() {
      return !writes && appendedBytes - readBytes > FAR_BEHIND;
    }

    /** Where the next batch begins: the number of the last event that was read. */
    public long after() {
      return buffers.locked(() -> after);
    }

    /**
     * The next events.
     *
     * @param mostBytes of them; but at least one event
     */
    public Batch next(long mostBytes) {
      return change(
          told -> {
            buffers.used(BufferedStream.this);
            Batch next = read(mostBytes);
            freeWriters(told);
            return next;
          });
    }

    private Batch read(long mostBytes) {
      if (reading != this) {
        return new Batch.Nothing();
      }
      if (!log.reachesBackTo(after)) {
        if (requestId.isPresent()) {
          return new Batch.Lost();
        }
        after = log.last() - log.size(); // a GET stream goes on with what there is
        readBytes = appendedBytes - unread(after);
      }
      List<Event> events = log.after(after, mostBytes);
      if (events.isEmpty()) {
        waits = !ended;
        return ended ? new Batch.End(answered) : new Batch.Nothing();
      }
      long first = after + 1;
      after = events.getLast().number();
      events.forEach(event -> readBytes += event.bytes().length);
      return new Batch.Events(first, events.stream().map(Event::bytes).toList());
    }

    /** The client is gone. */
    public void close() {
      change(
          told -> {
            if (reading == this) {
              reading = null;
              unreadSince = buffers.nanoTime();
              freeWriters(told);
              if (ended && requestId.isEmpty()) {
                buffers.drop(BufferedStream.this); // nobody can go on with it
              }
            }
            return true;
          });
    }
  }
}
