package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Grants everything and keeps what it was asked. */
final class ScriptedServer implements AuthorizationServer {
  static final Instant OBTAINED = Instant.parse("2026-11-21T09:30:00Z");
  static final Instant EXPIRES = Instant.parse("2026-11-21T10:30:00Z");

  private final List<String> asked = new ArrayList<>();

  List<String> asked() {
    return asked;
  }

  @Override
  public IssuedTokens refresh(
      OAuth2RefreshSource source,
      OAuthClient client,
      String refreshToken,
      BooleanSupplier maySend) {
    return issued("refresh " + refreshToken);
  }

  @Override
  public IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client) {
    return issued("client " + client.id() + " " + client.secret());
  }

  @Override
  public IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type) {
    return issued("exchange " + subjectToken + " " + type);
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken) {
    asked.add("revoke " + accessToken);
  }

  private IssuedTokens issued(String what) {
    asked.add(what);
    return new IssuedTokens("new-access", null, OBTAINED, EXPIRES);
  }
}
