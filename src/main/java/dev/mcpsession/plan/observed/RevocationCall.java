package dev.mcpsession.plan.observed;

import java.time.Instant;

/**
 * How the revocation of an ending session's tokens stands. It lives in memory: a restart begins
 * with {@link None}, and to revoke a token once more does no harm.
 */
public sealed interface RevocationCall {
  /** Not tried by this process. */
  record None() implements RevocationCall {}

  /**
   * A try is under way.
   *
   * @param first when the first one began
   * @param tries so far, this one included
   */
  record InFlight(Instant first, int tries) implements RevocationCall {}

  /**
   * The last try did not revoke every token.
   *
   * @param first when the first one began
   * @param at when the last one ended
   */
  record Failed(Instant first, int tries, Instant at, String message) implements RevocationCall {}

  /** No token of the session is valid any more. */
  record Revoked() implements RevocationCall {}

  /** There is no token that only this session has. */
  record NothingToRevoke() implements RevocationCall {}

  /** There is a token, and nobody can tell any more which. */
  record Lost(String message) implements RevocationCall {}
}
