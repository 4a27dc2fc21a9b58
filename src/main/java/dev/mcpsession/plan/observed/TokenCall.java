package dev.mcpsession.plan.observed;

import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the call to the session's token source stands. It lives in memory: a restart begins with
 * {@link None}.
 */
public sealed interface TokenCall {
  /** No call is under way and no result waits to be used. */
  record None() implements TokenCall {}

  record InFlight(Instant since) implements TokenCall {}

  /** A token is in hand, not yet used. */
  record Issued(TokenInfo token) implements TokenCall {}

  /**
   * The last call gave none.
   *
   * @param retryAfter what the issuer asked for; null when it did not say
   */
  record Failed(TokenFailure.Kind kind, String message, @Nullable Duration retryAfter)
      implements TokenCall {}
}
