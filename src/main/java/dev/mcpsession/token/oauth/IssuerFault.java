package dev.mcpsession.token.oauth;

import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.IssuerCalls.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that gave nothing. Like the {@link TokenFailure} in it without a cause: the exceptions of
 * libraries may hold what was sent or answered.
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

  static IssuerFault unavailable(String words, @Nullable Duration retryAfter) {
    return new IssuerFault(
        Outcome.unavailable, new TokenFailure(TokenFailure.Kind.FAILED, words, retryAfter));
  }

  Outcome outcome() {
    return outcome;
  }

  TokenFailure failure() {
    return failure;
  }
}
