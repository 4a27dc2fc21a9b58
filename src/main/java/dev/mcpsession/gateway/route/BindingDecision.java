package dev.mcpsession.gateway.route;

/** Whether a connection leads to the backend that serves. */
public enum BindingDecision {
  /** It does. */
  BOUND,
  /** Another backend serves since: it has to be bound anew. */
  BIND_ANEW,
  /** It is bound to a later backend than this replica's cache knows: read the session live. */
  READ_LIVE,
  /**
   * It was made for another session of its user than the one that serves: that has ended, or this
   * replica's cache does not know yet that its predecessor has.
   */
  OTHER_SESSION;

  /**
   * Compares the connection with what serves.
   *
   * @param connectionSessionUid of the session that the connection was made for
   * @param connectionRevision of the backend that it is bound to
   */
  public static BindingDecision of(
      String connectionSessionUid,
      int connectionRevision,
      String servingSessionUid,
      int servingRevision) {
    if (!connectionSessionUid.equals(servingSessionUid)) {
      return OTHER_SESSION;
    }
    int order = Integer.compare(connectionRevision, servingRevision);
    return order == 0 ? BOUND : order < 0 ? BIND_ANEW : READ_LIVE;
  }
}
