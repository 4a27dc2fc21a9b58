package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;

/** Gets tokens that an authorization server issues to the client itself. */
public final class ClientCredentialsTokens implements TokenSource {
  private final AuthorizationServer server;
  private final SourceSecret.Lookup secrets;
  private final EndpointCalls calls;

  public ClientCredentialsTokens(
      AuthorizationServer server, SourceSecret.Lookup secrets, EndpointCalls calls) {
    this.server = server;
    this.secrets = secrets;
    this.calls = calls;
  }

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    OAuth2ClientCredentialsSource source = request.source(OAuth2ClientCredentialsSource.class);
    OAuthClient client = OAuthClient.read(source, request.namespace(), secrets);
    IssuedTokens issued =
        calls.call(
            source.tokenEndpoint(),
            request.wanted(),
            () -> server.withExpiry(source, client, server.clientCredentials(source, client)));
    return new Token(
        issued.accessToken(), new TokenInfo(issued.obtainedAt(), issued.expiresAt(), null));
  }

  /** What a call depends on, as a fingerprint without the values; pure, for the planner. */
  public static SourceState state(
      OAuth2ClientCredentialsSource source, String namespace, SourceSecret.Lookup secrets) {
    try {
      return new SourceState.OnDemand(
          OAuthClient.read(source, namespace, secrets).fingerprint(), null);
    } catch (TokenFailure failure) {
      return new SourceState.Unavailable(failure.kind(), failure.getMessage());
    }
  }
}
