package dev.mcpsession.plan.observed;

import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of the call to the session's token source. It is kept in memory: after a restart it is
 * {@link None}.
 */
public sealed interface TokenCall {
  /** No call is in flight, and no result is unused. */
  record None() implements TokenCall {}

  record InFlight(Instant since) implements TokenCall {}

  /**
   * The call waits until its endpoint answers, or until it is the one call that probes it. It goes
   * on by itself.
   *
   * @param message why the endpoint is failing, for users
   */
  record Waiting(String message) implements TokenCall {}

  /** A token was obtained and is not used yet. */
  record Issued(TokenInfo token) implements TokenCall {}

  /**
   * The last call returned no token.
   *
   * @param retryAfter delay that the issuer asked for; null if it did not
   */
  record Failed(TokenFailure.Kind kind, String message, @Nullable Duration retryAfter)
      implements TokenCall {}
}
