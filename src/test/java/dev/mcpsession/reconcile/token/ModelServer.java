package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An authorization server that answers at once, or fails as told. */
final class ModelServer implements AuthorizationServer {
  private final InstantSource clock;
  private final Duration life;
  private final Map<String, TokenFailure.Kind> failing = new HashMap<>();
  private TokenFailure.@Nullable Kind down;
  private int calls;

  /**
   * @param life of a token
   */
  ModelServer(InstantSource clock, Duration life) {
    this.clock = clock;
    this.life = life;
  }

  /** Every call fails like this from now on. */
  synchronized void fails(TokenFailure.Kind kind) {
    down = kind;
  }

  synchronized void works() {
    down = null;
  }

  /** Every call with this refresh token fails like this from now on. */
  synchronized void failsFor(String refreshToken, TokenFailure.Kind kind) {
    failing.put(refreshToken, kind);
  }

  /** How many calls came. */
  synchronized int calls() {
    return calls;
  }

  private synchronized IssuedTokens answer(String asked) throws TokenFailure {
    calls++;
    TokenFailure.Kind kind = down == null ? failing.get(asked) : down;
    if (kind != null) {
      throw new TokenFailure(kind, "the issuer is out of order");
    }
    Instant now = clock.instant();
    return new IssuedTokens("token-" + calls, null, now, now.plus(life));
  }

  @Override
  public IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure {
    return answer(refreshToken);
  }

  @Override
  public IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client)
      throws TokenFailure {
    return answer("client");
  }

  @Override
  public IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type)
      throws TokenFailure {
    return answer(subjectToken);
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken) {
    throw new AssertionError("nobody wanted that");
  }
}
