package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows one refresh token at a time, {@code r0} at first, and kills the grant when it sees another.
 */
final class SingleUseIssuer implements AuthorizationServer {
  /** What a call does besides answering. */
  @FunctionalInterface
  interface Step {
    void run() throws TokenFailure, InterruptedException;
  }

  static final Duration LIFE = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final ArrayDeque<Step> beforeSending = new ArrayDeque<>();
  private final ArrayDeque<Step> beforeAnswering = new ArrayDeque<>();
  final List<String> presented = Collections.synchronizedList(new ArrayList<>());
  private int number;
  private boolean dead;
  private boolean rotates = true;

  SingleUseIssuer(InstantSource clock) {
    this.clock = clock;
  }

  /** At the next call, before it asks whether it may send. */
  void beforeSending(Step step) {
    beforeSending.add(step);
  }

  /** At the next call, when the refresh token is used up already. */
  void beforeAnswering(Step step) {
    beforeAnswering.add(step);
  }

  void kill() {
    dead = true;
  }

  void keepsRefreshTokens() {
    rotates = false;
  }

  @Override
  public IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure, InterruptedException {
    run(beforeSending.poll());
    if (!maySend.getAsBoolean()) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "too late to send");
    }
    IssuedTokens answer = answer(refreshToken);
    run(beforeAnswering.poll());
    return answer;
  }

  private synchronized IssuedTokens answer(String refreshToken) throws TokenFailure {
    presented.add(refreshToken);
    if (dead || !refreshToken.equals("r" + (rotates ? number : 0))) {
      dead = true;
      throw new TokenFailure(TokenFailure.Kind.REJECTED, "rejected for good (invalid_grant)");
    }
    number++;
    return new IssuedTokens(
        "a" + number, rotates ? "r" + number : null, clock.instant(), clock.instant().plus(LIFE));
  }

  private static void run(@Nullable Step step) throws TokenFailure, InterruptedException {
    if (step != null) {
      step.run();
    }
  }

  @Override
  public IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client) {
    throw new UnsupportedOperationException();
  }

  @Override
  public IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken) {
    throw new UnsupportedOperationException();
  }
}
