package dev.mcpsession.gateway.resume;

import java.util.TreeMap;

/** What the streams of one McpSession take together. To be guarded by {@link StreamBuffers}. */
final class SessionShare {
  final String sessionUid;

  /** Those that have an event, by their oldest one. */
  private final TreeMap<Long, BufferedStream> byOldest = new TreeMap<>();

  private int events;
  private long bytes;
  private int streams;

  SessionShare(String sessionUid) {
    this.sessionUid = sessionUid;
  }

  void opened() {
    streams++;
  }

  /** Whether no stream is left. */
  boolean closed() {
    return --streams == 0;
  }

  boolean exceeds(BufferBounds bounds) {
    return events > bounds.eventsOfSession() || bytes > bounds.bytesOfSession();
  }

  BufferedStream oldest() {
    return byOldest.firstEntry().getValue();
  }

  /** Takes the stream's events out of the sums, before something is done with them. */
  void without(BufferedStream stream) {
    events -= stream.log.size();
    bytes -= stream.log.bytes();
    if (!stream.log.isEmpty()) {
      byOldest.remove(stream.log.oldestOrder());
    }
  }

  /** Puts them in again. */
  void with(BufferedStream stream) {
    events += stream.log.size();
    bytes += stream.log.bytes();
    if (!stream.log.isEmpty()) {
      byOldest.put(stream.log.oldestOrder(), stream);
    }
  }
}
