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

  private record Standing(StandingStream stream, EventLoop loop) {
    void end() {
      loop.run(stream::replaced);
    }
  }

  private final ConcurrentMap<String, Open> streams = new ConcurrentHashMap<>();

  /** GET streams, which may outlive the requests that opened them, by their connections. */
  private final ConcurrentMap<String, Standing> standing = new ConcurrentHashMap<>();

  /** The name of the stream that answers a request of the connection. */
  static String ofRequest(Connection connection, String requestId) {
    return connection.name() + " " + requestId;
  }

  /**
   * Ends no other one: it answers a request for the first time, and if a client uses an id again,
   * that is another request; or it goes on reading a GET stream that is kept.
   *
   * @param stream the name of the connection for its GET stream
   */
  void add(String stream, Exchange exchange, EventLoop loop) {
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
    boolean other = before != null && !before.equals(open);
    if (other) {
      before.end();
    }
    exchange.hold(() -> streams.remove(stream, open));
    return endStanding(stream) || other;
  }

  /**
   * The GET stream of a connection that goes on when its client leaves.
   *
   * @return to be run once it has ended
   */
  Runnable stands(String connection, StandingStream stream, EventLoop loop) {
    Standing now = new Standing(stream, loop);
    Standing before = standing.put(connection, now);
    if (before != null) {
      before.end();
    }
    return () -> standing.remove(connection, now);
  }

  private boolean endStanding(String connection) {
    Standing before = standing.remove(connection);
    if (before != null) {
      before.end();
    }
    return before != null;
  }

  /** Ends the GET stream of the connection, if it has one, with a client or without. */
  void end(String connection) {
    Open open = streams.remove(connection);
    if (open != null) {
      open.end();
    }
    var unused = endStanding(connection);
  }
}
