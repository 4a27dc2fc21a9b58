package dev.mcpsession.gateway.resume;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The last events of one stream, numbered from 1 on without a gap. To be guarded by {@link
 * StreamBuffers}.
 */
final class EventLog {
  /** What an event takes besides its bytes: two objects, and a place in a queue. */
  static final int OVERHEAD = 64;

  /** One event. */
  static final class Event {
    private final long number;
    private final long order;
    private final byte[] bytes;

    /**
     * @param order among the events of all streams
     */
    Event(long number, long order, byte[] bytes) {
      this.number = number;
      this.order = order;
      this.bytes = bytes;
    }

    long number() {
      return number;
    }

    byte[] bytes() {
      return bytes;
    }

    long size() {
      return (long) bytes.length + OVERHEAD;
    }
  }

  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private long last;
  private long bytes;

  /** The number of the newest event, be it kept or not; 0: there was none. */
  long last() {
    return last;
  }

  int size() {
    return events.size();
  }

  /** Of all that is kept. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** Of the oldest event that is kept. */
  long oldestOrder() {
    return events.getFirst().order;
  }

  Event append(long order, byte[] event) {
    Event added = new Event(++last, order, event);
    events.addLast(added);
    bytes += added.size();
    return added;
  }

  /** There is an event that cannot be kept, so that nothing before it can be continued either. */
  void skip() {
    last++;
    events.clear();
    bytes = 0;
  }

  Event dropOldest() {
    Event dropped = events.removeFirst();
    bytes -= dropped.size();
    return dropped;
  }

  /** Whether every event after this one is here. */
  boolean reachesBackTo(long after) {
    return after <= last && after >= last - events.size();
  }

  /** The events after this one, as many as have so many bytes, but at least one if there is one. */
  List<Event> after(long number, long mostBytes) {
    List<Event> result = new ArrayList<>();
    int skipped = (int) (number - (last - events.size()));
    long left = mostBytes;
    for (Event event : (Iterable<Event>) events.stream().skip(skipped)::iterator) {
      left -= event.size();
      if (left < 0 && !result.isEmpty()) {
        break;
      }
      result.add(event);
    }
    return result;
  }
}
