package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import java.time.Duration;
import java.util.Optional;

/** What is to be done next for a request. */
public sealed interface Action {
  /** Look for the connection of the client's id. */
  record Find() implements Action {}

  /**
   * Note the use of the connection, and make its GET stream, if that is what the request wants, the
   * only one of it in this replica.
   */
  record Enter(Connection connection) implements Action {}

  /**
   * Demand the user's session.
   *
   * @param after the backend that is of no use, so that the session is read live; empty: none
   * @param pause before that
   */
  record Demand(Optional<Backend> after, Duration pause) implements Action {}

  /** Tell of the use of the session. */
  record TellUse(Backend backend) implements Action {}

  /** Look where the backend session is that asked what the client answers. */
  record FindAsker(Incarnation asker, Connection connection, Backend serving) implements Action {}

  /**
   * Tell those backends that may work on a request that the client has cancelled it. No session is
   * woken for that.
   *
   * @param requestId as JSON
   */
  record Cancel(Connection connection, String requestId) implements Action {}

  /** Answer that it was taken: it means nothing any more. */
  record Accept() implements Action {}

  /** Begin a backend session in the client's name, and bind the connection to it. */
  record BindAnew(Connection connection, Backend backend) implements Action {}

  /**
   * Send the request.
   *
   * @param sessionId that takes the place of the client's
   * @param pause before that
   */
  record Send(Backend backend, Optional<String> sessionId, Duration pause) implements Action {
    @Override
    public String toString() {
      return "Send to " + backend + " after " + pause; // the id is a credential of the backend
    }
  }

  /** Look for the rest of a stream, the last thing that is decided here. */
  record Resume(Connection connection, Backend serving) implements Action {}

  /** Have the connection's GET streams in other replicas closed: this one takes their place. */
  record TakeStream(Connection connection) implements Action {}

  /** Read the answer to initialize as far as its result. */
  record ReadInitialize() implements Action {}

  /** Store the new id. */
  record Store(Backend backend, String protocolVersion) implements Action {}

  /**
   * Pass the answer on, the last thing that is decided here.
   *
   * @param newId whether the client gets the id that was stored
   */
  record Pass(Backend backend, boolean newId) implements Action {}

  /** Forget the answer: nobody waits for it. */
  record Drop() implements Action {}

  /**
   * End the backend session that the answer to initialize began.
   *
   * @param refusal for the client; empty: it has left
   */
  record Abandon(Backend backend, Optional<Refusal> refusal) implements Action {}

  /** End the connection for all replicas. */
  record End(Connection connection) implements Action {}

  /** End the backend session of a connection that has ended, and tell the client. */
  record Ended(Connection connection) implements Action {}

  /** Tell the client why there will be no answer. */
  record Refuse(Refusal refusal) implements Action {}

  /** The same, with a challenge: the user has to sign in again. */
  record SignInAgain(String message) implements Action {}

  /** Nothing any more. */
  record Nothing() implements Action {}
}
