package dev.mcpsession.cli;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import java.util.function.BooleanSupplier;

/** Asks nobody. */
final class NoAuthorizationServer implements AuthorizationServer {
  @Override
  public IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure {
    throw failure();
  }

  @Override
  public IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client)
      throws TokenFailure {
    throw failure();
  }

  @Override
  public IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type)
      throws TokenFailure {
    throw failure();
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken)
      throws TokenFailure {
    throw failure();
  }

  private static TokenFailure failure() {
    return new TokenFailure(
        TokenFailure.Kind.FAILED, "this operator does not talk to authorization servers");
  }
}
