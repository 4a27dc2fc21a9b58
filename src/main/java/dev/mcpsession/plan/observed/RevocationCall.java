package dev.mcpsession.plan.observed;

import java.time.Instant;

/**
 * State of the revocation of a deleted session's tokens. It is kept in memory: after a restart it
 * is {@link None}, and revoking a token again is harmless.
 */
public sealed interface RevocationCall {
  /** Not tried by this process. */
  record None() implements RevocationCall {}

  /**
   * A try is in progress.
   *
   * @param first when the first try began
   * @param tries so far, including this one
   */
  record InFlight(Instant first, int tries) implements RevocationCall {}

  /**
   * The last try did not revoke every token.
   *
   * @param first when the first try began
   * @param at when the last try ended
   */
  record Failed(Instant first, int tries, Instant at, String message) implements RevocationCall {}

  /** None of the session's tokens is valid any more. */
  record Revoked() implements RevocationCall {}

  /** The session has no token that it does not share. */
  record NothingToRevoke() implements RevocationCall {}

  /** There is a token, but it is no longer known which one. */
  record Lost(String message) implements RevocationCall {}
}
