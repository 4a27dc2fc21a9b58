package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import dev.mcpsession.gateway.session.Connections.Rebinding.Gone;
import dev.mcpsession.gateway.session.Connections.Rebinding.Lost;
import dev.mcpsession.gateway.session.Connections.Rebinding.Moved;

/** What came of binding a connection to a backend session that was begun for it. */
public sealed interface BindingResult {
  /** The connection leads to a backend session, which another replica may have begun. */
  record Bound(Connection connection) implements BindingResult {}

  /** The connection has ended meanwhile. */
  record Ended() implements BindingResult {}

  /** The backend takes no connections. */
  record Unreachable() implements BindingResult {}

  /**
   * The backend did not begin a session, or it could not be written.
   *
   * @param message for the client
   */
  record Failed(String message, boolean apiAway) implements BindingResult {}

  /**
   * The backend began no session.
   *
   * @param sent whether it may have heard of it
   */
  static BindingResult notBegun(boolean sent) {
    return sent ? new Failed("The MCP server did not begin a session.", false) : new Unreachable();
  }

  /** The backend's patience was longer than ours. */
  static BindingResult unanswered() {
    return new Failed("The MCP server does not answer.", false);
  }

  /** The backend began a session, and this became of writing that. */
  static BindingResult of(Rebinding written) {
    return switch (written) {
      case Moved moved -> new Bound(moved.connection());
      case Lost lost -> new Bound(lost.winner());
      case Gone gone -> new Ended();
      case Rebinding.Failed failed -> new Failed(failed.message(), failed.apiAway());
    };
  }

  /** Whether the session that was begun stays: each other one is ended by who has begun it. */
  static boolean keepsSession(Rebinding written) {
    return written instanceof Moved;
  }

  /**
   * Whether the connection may lead to the session that was begun or not: the API server has not
   * answered. Then it is written again until that is known, and the session neither used nor ended.
   */
  static boolean isOpen(Rebinding written) {
    return written instanceof Rebinding.Failed(_, var apiAway) && apiAway;
  }
}
