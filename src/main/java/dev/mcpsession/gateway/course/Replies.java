package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.Reply;
import dev.mcpsession.gateway.session.Connection;

/** What is different for messages that have to do with what went before. */
final class Replies {
  private Replies() {}

  /** The connection of the client's id is found. */
  static Action found(Reply reply, Connection connection) {
    return switch (reply) {
      case Reply.None none -> new Action.Enter(connection);
      case Reply.ToAsker to -> new Action.Enter(connection);
      case Reply.Cancellation(var requestId) -> new Action.Cancel(connection, requestId);
      case Reply.ToNobody none -> Refusals.askerGone();
    };
  }

  /** Requests of the same batch go to the backend that serves, and nowhere else. */
  static boolean isWithRequests(Reply reply) {
    return reply instanceof Reply.ToAsker to && to.requests();
  }

  /** Progress for a server that is gone is of no use to anybody. */
  static Action askerGone(Reply reply) {
    return reply instanceof Reply.ToAsker to && !to.answers()
        ? new Action.Accept()
        : Refusals.askerGone();
  }
}
