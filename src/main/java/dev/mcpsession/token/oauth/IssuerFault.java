package dev.mcpsession.token.oauth;

import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.IssuerCalls.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call to an authorization server that failed. Neither it nor its {@link TokenFailure} has a
 * cause: exceptions of libraries may contain what was sent or answered.
 */
final class IssuerFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final TokenFailure failure;

  private IssuerFault(Outcome outcome, TokenFailure failure) {
    super(failure.getMessage());
    this.outcome = outcome;
    this.failure = failure;
  }

  static IssuerFault rejected(String words) {
    return new IssuerFault(Outcome.rejected, new TokenFailure(TokenFailure.Kind.REJECTED, words));
  }

  static IssuerFault misconfigured(String words) {
    return new IssuerFault(
        Outcome.misconfigured, new TokenFailure(TokenFailure.Kind.FAILED, words));
  }

  static IssuerFault unavailable(String words) {
    return unavailable(words, null);
  }

  /**
   * The server gave no usable answer.
   *
   * @param retryAfter the delay that the server asked for; null if it asked for none
   */
  static IssuerFault unavailable(String words, @Nullable Duration retryAfter) {
    return new IssuerFault(
        Outcome.unavailable, new TokenFailure(TokenFailure.Kind.UNAVAILABLE, words, retryAfter));
  }

  Outcome outcome() {
    return outcome;
  }

  TokenFailure failure() {
    return failure;
  }
}
