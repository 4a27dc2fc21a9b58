package dev.mcpsession.gateway.resume;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The streams that this replica keeps for clients that may come back, since their backends give no
 * event ids. Safe for use by several threads: a stream is written on one event loop and read on
 * another, and its bounds are those of its session and of the whole replica, so one lock guards all
 * of it. It is held for the few steps of an append or a read, and nothing foreign is called under
 * it.
 */
public final class StreamBuffers {
  private final BufferBounds bounds;
  private final LongSupplier nanoTime;
  private final LongConsumer changed;
  private final Map<String, SessionShare> sessions = new HashMap<>();
  private final ArrayDeque<BufferedStream> ended = new ArrayDeque<>();

  /** The least recently used one first. */
  private final Map<Long, BufferedStream> streams = new LinkedHashMap<>(16, 0.75f, true);

  private long lastNumber;
  private long lastOrder;
  private long bytes;

  /** Of these, for parts of events. */
  private long held;

  private long told;

  /**
   * @param nanoTime monotonic, in nanoseconds
   * @param changed is told by how many bytes more or less is kept; on any thread
   */
  public StreamBuffers(BufferBounds bounds, LongSupplier nanoTime, LongConsumer changed) {
    this.bounds = bounds;
    this.nanoTime = nanoTime;
    this.changed = changed;
  }

  /**
   * Begins a stream.
   *
   * @param sessionUid of the McpSession whose backend sends it
   * @param connection the name of the McpConnection that it belongs to
   * @param requestId of the request that it answers, as JSON; empty: the GET stream
   */
  public BufferedStream open(String sessionUid, String connection, Optional<String> requestId) {
    return locked(
        () -> {
          SessionShare session = sessions.computeIfAbsent(sessionUid, SessionShare::new);
          session.opened();
          BufferedStream stream =
              new BufferedStream(this, session, ++lastNumber, connection, requestId);
          streams.put(stream.number(), stream);
          return stream;
        });
  }

  /** The stream with this number, if it is kept and belongs to this connection. */
  public Optional<BufferedStream> find(long number, String connection) {
    return locked(
        () ->
            Optional.ofNullable(streams.get(number))
                .filter(stream -> stream.connection().equals(connection)));
  }

  /** What is kept, in bytes. */
  public long bytes() {
    return locked(() -> bytes);
  }

  /** How many streams are kept. */
  public int size() {
    return locked(streams::size);
  }

  /** Forgets the streams whose time is over. To be called now and then. */
  public void expire() {
    locked(
        () -> {
          long now = nanoTime.getAsLong();
          while (!ended.isEmpty()
              && now - ended.getFirst().endedAt >= bounds.afterEnd().toNanos()) {
            forget(ended.removeFirst());
          }
          return true;
        });
  }

  /** Does something under the lock, and tells of the change behind it. */
  <T> T locked(Supplier<T> action) {
    T result;
    long change;
    synchronized (this) {
      result = action.get();
      change = bytes - told;
      told = bytes;
    }
    if (change != 0) {
      changed.accept(change);
    }
    return result;
  }

  /** Under the lock. Parts of events may take a quarter of all: nothing can be dropped for them. */
  boolean hold(BufferedStream stream, int more) {
    if (stream.held + more > bounds.bytesOfSession() || held + more > bounds.bytes() / 4) {
      return false;
    }
    stream.held += more;
    held += more;
    bytes += more;
    dropUnused();
    return true;
  }

  /** Under the lock. */
  void letGo(BufferedStream stream, long less) {
    long left = Math.min(less, stream.held);
    held -= left;
    bytes -= left;
    stream.held -= left;
  }

  /** Under the lock. */
  void skip(BufferedStream stream, long less) {
    letGo(stream, less);
    change(stream, stream.log::skip);
  }

  /** Under the lock. */
  void append(BufferedStream stream, byte[] event, long less) {
    used(stream);
    letGo(stream, less);
    change(
        stream,
        () -> {
          if (event.length + EventLog.OVERHEAD
              > Math.min(bounds.bytesOfSession(), bounds.bytes())) {
            stream.log.skip();
          } else {
            stream.log.append(++lastOrder, event);
          }
        });
    while (stream.session.exceeds(bounds)) {
      BufferedStream oldest = stream.session.oldest();
      change(oldest, oldest.log::dropOldest);
    }
    dropUnused();
  }

  private void dropUnused() {
    while (bytes > bounds.bytes()) {
      BufferedStream unused = leastRecentlyUsed();
      change(unused, unused.log::dropOldest);
    }
  }

  /** Of those that have an event. */
  private BufferedStream leastRecentlyUsed() {
    for (BufferedStream stream : streams.values()) {
      if (!stream.log.isEmpty()) {
        return stream;
      }
    }
    throw new IllegalStateException("there are bytes of no stream");
  }

  private void change(BufferedStream stream, Runnable change) {
    long before = stream.log.bytes();
    stream.session.without(stream);
    change.run();
    stream.session.with(stream);
    bytes += stream.log.bytes() - before;
  }

  /** Under the lock: makes it the most recently used one. */
  void used(BufferedStream stream) {
    var unused = streams.get(stream.number());
  }

  /** Under the lock. */
  void ended(BufferedStream stream) {
    letGo(stream, stream.held);
    stream.endedAt = nanoTime.getAsLong();
    ended.addLast(stream);
  }

  /** Under the lock: it has ended, and is forgotten at once. */
  void drop(BufferedStream stream) {
    letGo(stream, stream.held);
    ended.remove(stream);
    forget(stream);
  }

  /** Monotonic, in nanoseconds. */
  long nanoTime() {
    return nanoTime.getAsLong();
  }

  private void forget(BufferedStream stream) {
    if (streams.remove(stream.number()) == null) {
      return; // its time was over before its reader has left
    }
    change(
        stream,
        () -> {
          while (!stream.log.isEmpty()) {
            stream.log.dropOldest();
          }
        });
    if (stream.session.closed()) {
      sessions.remove(stream.session.sessionUid);
    }
  }
}
