package dev.mcpsession.token.oauth;

import dev.mcpsession.api.*;

/** Stub. */
public final class NimbusAuthorizationServer implements AuthorizationServer {
  @Override
  public IssuedTokens refresh(
      OAuth2RefreshSource source,
      OAuthClient client,
      String refreshToken,
      java.util.function.BooleanSupplier maySend) {
    throw new IllegalStateException();
  }

  @Override
  public IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client) {
    throw new IllegalStateException();
  }

  @Override
  public IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type) {
    throw new IllegalStateException();
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken) {
    throw new IllegalStateException();
  }
}
