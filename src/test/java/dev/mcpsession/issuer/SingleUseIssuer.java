package dev.mcpsession.issuer;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
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
public final class SingleUseIssuer implements RefreshOnlyServer {
  /** What a call does besides answering. */
  @FunctionalInterface
  public interface Step {
    void run() throws TokenFailure, InterruptedException;
  }

  private final InstantSource clock;
  private final Duration life;
  private final ArrayDeque<Step> beforeSending = new ArrayDeque<>();
  private final ArrayDeque<Step> beforeAnswering = new ArrayDeque<>();
  private final List<String> presented = Collections.synchronizedList(new ArrayList<>());
  private int number;
  private boolean dead;
  private boolean rotates = true;
  private boolean repeats;
  private @Nullable Step beforeIntrospection;

  /**
   * @param life of an access token
   */
  public SingleUseIssuer(InstantSource clock, Duration life) {
    this.clock = clock;
    this.life = life;
  }

  /** At the next call, before it asks whether it may send. */
  public void beforeSending(Step step) {
    beforeSending.add(step);
  }

  /** At the next call, when the refresh token is used up already. */
  public void beforeAnswering(Step step) {
    beforeAnswering.add(step);
  }

  /** The grant is worth nothing any more. */
  public synchronized void kill() {
    dead = true;
  }

  /** An answer holds no new refresh token from now on. */
  public void keepsRefreshTokens() {
    rotates = false;
  }

  /** An answer holds the refresh token that was used from now on. */
  public void repeatsRefreshTokens() {
    rotates = false;
    repeats = true;
  }

  /** An answer does not say when its token expires from now on; who asks for that is told. */
  public void saysExpiryOnlyWhenAsked(Step before) {
    beforeIntrospection = before;
  }

  @Override
  public IssuedTokens withExpiry(OAuth2Source source, OAuthClient client, IssuedTokens issued) {
    if (issued.saysWhenItExpires()) {
      return issued;
    }
    try {
      run(beforeIntrospection);
    } catch (TokenFailure | InterruptedException e) {
      return issued;
    }
    return issued.expiring(clock.instant().plus(life));
  }

  /** Every refresh token that came, in order. */
  public List<String> presented() {
    synchronized (presented) {
      return List.copyOf(presented);
    }
  }

  /** Whether a refresh token came twice, or one that was never given. */
  public synchronized boolean isDead() {
    return dead;
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
        "a" + number,
        rotates ? "r" + number : repeats ? refreshToken : null,
        clock.instant(),
        beforeIntrospection == null ? clock.instant().plus(life) : null);
  }

  private static void run(@Nullable Step step) throws TokenFailure, InterruptedException {
    if (step != null) {
      step.run();
    }
  }
}
