package dev.mcpsession.simulation.model;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import java.util.function.BooleanSupplier;

/** An authorization server that only revokes tokens. */
public interface FakeRevocations extends AuthorizationServer {
  @Override
  default IssuedTokens refresh(
      OAuth2RefreshSource source,
      OAuthClient client,
      String refreshToken,
      BooleanSupplier maySend) {
    throw new UnsupportedOperationException("refresh");
  }

  @Override
  default IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client) {
    throw new UnsupportedOperationException("clientCredentials");
  }

  @Override
  default IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type) {
    throw new UnsupportedOperationException("exchange");
  }
}
