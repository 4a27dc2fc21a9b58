package dev.mcpsession.gateway.session;

import java.time.Duration;
import java.util.Optional;

/** What came of asking for a user's session. */
public sealed interface Demand {
  /** A backend serves. */
  record Served(Backend backend) implements Demand {}

  /**
   * None does.
   *
   * @param message for the user, such as a condition's words; never anything of a token
   * @param retryAfter when it is worth asking again; empty: not before somebody did something
   */
  record NotServed(Cause cause, String message, Optional<Duration> retryAfter) implements Demand {}

  /** Why no backend serves. */
  enum Cause {
    /** It is still starting, and the caller's patience is over. */
    STARTING,
    /** The start failed, or cannot begin: the condition Ready says why. */
    FAILED,
    /** Suspended by spec.suspend. */
    SUSPENDED,
    /** The user has to sign in again. */
    GRANT_REJECTED,
    /** A predecessor of that name is still being deleted. */
    ENDING,
    /** The object of that name is somebody else's. */
    NOT_OWNED,
    /** There is no such template any more. */
    NO_TEMPLATE,
    /** Too many new sessions a second. */
    LIMITED,
    /** The API server did not answer. */
    API_AWAY,
    /** The API server refused to create the session: a quota, a policy, a missing right. */
    REFUSED
  }
}
