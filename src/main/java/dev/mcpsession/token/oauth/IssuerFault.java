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
  private final String words;

  private IssuerFault(Outcome outcome, TokenFailure failure) {
    this(outcome, failure, failure.getMessage());
  }

  private IssuerFault(Outcome outcome, TokenFailure failure, String words) {
    super(failure.getMessage());
    this.outcome = outcome;
    this.failure = failure;
    this.words = words;
  }

  static IssuerFault rejected(String words) {
    return new IssuerFault(Outcome.rejected, new TokenFailure(TokenFailure.Kind.REJECTED, words));
  }

  static IssuerFault misconfigured(String words) {
    return new IssuerFault(
        Outcome.misconfigured, new TokenFailure(TokenFailure.Kind.FAILED, words));
  }

  /** The server answered with what is of no use. */
  static IssuerFault unavailable(String words) {
    return new IssuerFault(
        Outcome.unavailable, new TokenFailure(TokenFailure.Kind.UNAVAILABLE, words));
  }

  /** The server did not answer, or not now. */
  static IssuerFault away(String words) {
    return away(words, null);
  }

  /**
   * As {@link #away(String)}.
   *
   * @param retryAfter the delay that the server asked for; null if it asked for none
   */
  static IssuerFault away(String words, @Nullable Duration retryAfter) {
    return new IssuerFault(
        Outcome.unavailable,
        new TokenFailure(TokenFailure.Kind.UNAVAILABLE, words + "; tried again", retryAfter),
        words);
  }

  Outcome outcome() {
    return outcome;
  }

  TokenFailure failure() {
    return failure;
  }

  /** The same failure of a call that nobody makes again. */
  TokenFailure ofOneTry() {
    return new TokenFailure(failure.kind(), words, failure.retryAfter());
  }
}
