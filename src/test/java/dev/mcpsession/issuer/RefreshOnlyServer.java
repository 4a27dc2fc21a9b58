package dev.mcpsession.issuer;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;

/** An authorization server that is asked for nothing but refreshes. */
public interface RefreshOnlyServer extends AuthorizationServer {
  @Override
  default IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client) {
    throw new UnsupportedOperationException();
  }

  @Override
  default IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type) {
    throw new UnsupportedOperationException();
  }

  @Override
  default void revoke(OAuth2Source source, OAuthClient client, String accessToken) {
    throw new UnsupportedOperationException();
  }
}
