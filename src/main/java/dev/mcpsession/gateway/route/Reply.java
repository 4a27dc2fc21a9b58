package dev.mcpsession.gateway.route;

/** What a legacy client's message has to do with what went before, and so whose it is. */
public sealed interface Reply {
  /** Nothing: it goes to the backend that serves. */
  record None() implements Reply {}

  /**
   * It belongs to requests of a server's own: answers, or their progress.
   *
   * @param asker the backend session that asked
   * @param answers whether an answer is among it, which somebody waits for
   * @param requests whether requests of the client are in the same batch, which are for the backend
   *     that serves
   */
  record ToAsker(Incarnation asker, boolean answers, boolean requests) implements Reply {}

  /** It answers what no server has asked, or what two servers have asked. */
  record ToNobody() implements Reply {}

  /**
   * It cancels a request of the client's own.
   *
   * @param requestId as JSON
   */
  record Cancellation(String requestId) implements Reply {}
}
