package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.route.Era;
import java.time.Duration;

/** Is told of what passes, on event loops: returns at once, and throws nothing. */
public interface TrafficListener {
  /** A request has ended, whatever became of it. */
  default void requestEnded(RequestRecord request) {}

  /** A request, or a connection, was turned away; its {@link #requestEnded} comes as well. */
  default void rejected(Rejection reason) {}

  /** A token was not accepted. */
  default void tokenRejected(TokenDefect defect) {}

  /** An answer that is a stream of events begins. */
  default void streamBegun(Era era) {}

  /** It has ended. */
  default void streamEnded(Era era) {}

  /**
   * A request waited for its session.
   *
   * @param cause served, or why none serves, in lower case
   */
  default void sessionWaited(String cause, Duration time) {}

  /**
   * A connection was bound to another backend session.
   *
   * @param outcome moved, lost (another replica was faster), gone or failed
   */
  default void rebound(String outcome) {}

  /**
   * A client has asked for the rest of a stream.
   *
   * @param outcome backend (it was asked for the rest), buffer (of this replica), replica (the
   *     buffer of another one), live (the GET stream, from now on) or lost
   */
  default void resumed(String outcome) {}

  /**
   * What is kept for clients that may come back has changed.
   *
   * @param bytes since then; also from other threads than event loops
   */
  default void buffered(long bytes) {}

  /** A client is so many events behind that it is worth a word. */
  default void slowClientBegun() {}

  /** It has caught up, or its stream has ended. */
  default void slowClientEnded() {}
}
