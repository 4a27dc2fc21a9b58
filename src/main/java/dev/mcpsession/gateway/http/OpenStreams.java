package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.session.Connection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The streams of each connection in this replica that can be opened again: its GET stream, and
 * those that answer requests. The newest one of each ends the one before.
 */
final class OpenStreams {
  private record Open(Exchange exchange, EventLoop loop) {
    void end() {
      loop.run(exchange::replaced);
    }
  }

  private final ConcurrentMap<String, Open> streams = new ConcurrentHashMap<>();

  /** The name of the stream that answers a request of the connection. */
  static String ofRequest(Connection connection, String requestId) {
    return connection.name() + " " + requestId;
  }

  /**
   * Answers a request for the first time, and so ends none: if a client uses an id again, that is
   * another request.
   */
  void first(String stream, Exchange exchange, EventLoop loop) {
    Open open = new Open(exchange, loop);
    streams.put(stream, open);
    exchange.hold(() -> streams.remove(stream, open));
  }

  /**
   * From now on this is the stream, until it ends.
   *
   * @param stream the name of the connection for its GET stream
   * @return whether another one was ended for it
   */
  boolean newest(String stream, Exchange exchange, EventLoop loop) {
    Open open = new Open(exchange, loop);
    Open before = streams.put(stream, open);
    if (before != null) {
      before.end();
    }
    exchange.hold(() -> streams.remove(stream, open));
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
