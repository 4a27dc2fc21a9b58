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
 * Sends requests to authorization servers. Each method sends at most one request, with a time
 * limit, and does not repeat it, unless it says otherwise. A {@link TokenFailure} is REJECTED only
 * if a refresh token will never be accepted again, UNAVAILABLE if the server gave no usable answer,
 * and FAILED for everything else. No message repeats what was sent or answered.
 */
public interface AuthorizationServer {
  /** The lifetime assumed for a token if neither the answer nor an introspection gives one. */
  Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  /** The time limit of a call, from connecting to the last byte of the answer. */
  Duration WHOLE_CALL = Duration.ofSeconds(30);

  /**
   * Sends a refresh token (RFC 6749, section 6), which may use it up. Does not ask for the expiry
   * afterwards, because the answer has to be stored first.
   *
   * @param maySend asked right before the request is sent; if it returns false, nothing is sent and
   *     the call fails with FAILED
   */
  IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure, InterruptedException;

  /**
   * Asks the introspection endpoint (RFC 7662) when an access token expires, if the token endpoint
   * did not say.
   *
   * @return the tokens with their expiry, or unchanged if it is known already, if the source names
   *     no introspection endpoint or if that does not say; never fails, since there are tokens to
   *     use
   */
  default IssuedTokens withExpiry(OAuth2Source source, OAuthClient client, IssuedTokens issued) {
    return issued;
  }

  /** Gets a token for the client itself (RFC 6749, section 4.4). */
  IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client)
      throws TokenFailure, InterruptedException;

  /** Exchanges a subject token for an access token (RFC 8693). */
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
