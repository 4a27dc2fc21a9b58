package dev.mcpsession.gateway.http;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The GET stream of each connection in this replica: the newest one, which ends the one before. */
final class OpenStreams {
  private record Open(Exchange exchange, EventLoop loop) {
    void end() {
      loop.run(exchange::replaced);
    }
  }

  private final ConcurrentMap<String, Open> streams = new ConcurrentHashMap<>();

  /**
   * From now on this is the stream of the connection, until it ends.
   *
   * @return whether another one was ended for it
   */
  boolean newest(String connection, Exchange exchange, EventLoop loop) {
    Open open = new Open(exchange, loop);
    Open before = streams.put(connection, open);
    if (before != null) {
      before.end();
    }
    exchange.hold(() -> streams.remove(connection, open));
    return before != null;
  }

  /** Ends the stream of the connection, if it has one. */
  void end(String connection) {
    Open open = streams.remove(connection);
    if (open != null) {
      open.end();
    }
  }
}
