package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * One request to an authorization server, bounded in time and never repeated. All throw {@link
 * TokenFailure} with what the answer means: REJECTED only for a refresh token that will never be
 * accepted again, FAILED for everything else. No message holds what was sent or answered.
 */
public interface AuthorizationServer {
  /** What is assumed of a token when neither the answer nor an introspection says. */
  Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  /** No call takes longer, from connecting to the last byte of the answer. */
  Duration WHOLE_CALL = Duration.ofSeconds(30);

  /**
   * Uses a refresh token, possibly up (RFC 6749, section 6). Asks nothing else: the answer has to
   * be stored first.
   *
   * @param maySend asked right before the request is sent; if it says no, nothing is sent and the
   *     call ends with FAILED
   */
  IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure, InterruptedException;

  /**
   * When an access token expires that the token endpoint gave without saying so, by introspection
   * (RFC 7662).
   *
   * @return with an expiry, or unchanged where the source names no introspection endpoint and where
   *     that does not say: never a failure, for the tokens are there
   */
  default IssuedTokens withExpiry(OAuth2Source source, OAuthClient client, IssuedTokens issued) {
    return issued;
  }

  /** RFC 6749, section 4.4. */
  IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client)
      throws TokenFailure, InterruptedException;

  /** RFC 8693. */
  IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type)
      throws TokenFailure, InterruptedException;

  /** Revokes an access token at the source's revocationEndpoint (RFC 7009), which must be set. */
  void revoke(OAuth2Source source, OAuthClient client, String accessToken)
      throws TokenFailure, InterruptedException;
}
