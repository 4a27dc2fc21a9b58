package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.api.SubjectToken.SubjectSecret;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.ServiceAccountIssuer;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;

/** Gets tokens that an authorization server gives in exchange for another token. */
public final class TokenExchangeTokens implements TokenSource {
  private final AuthorizationServer server;
  private final SourceSecret.Lookup secrets;
  private final ServiceAccountIssuer serviceAccounts;
  private final EndpointCalls calls;

  public TokenExchangeTokens(
      AuthorizationServer server,
      SourceSecret.Lookup secrets,
      ServiceAccountIssuer serviceAccounts,
      EndpointCalls calls) {
    this.server = server;
    this.secrets = secrets;
    this.serviceAccounts = serviceAccounts;
    this.calls = calls;
  }

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    OAuth2TokenExchangeSource source = request.source(OAuth2TokenExchangeSource.class);
    OAuthClient client = OAuthClient.read(source, request.namespace(), secrets);
    calls.check(source.tokenEndpoint());
    // Before taking a slot of the token endpoint: waiting for one slot while holding another can
    // deadlock.
    String subjectToken = subjectToken(source.subjectToken(), request);
    IssuedTokens issued =
        calls.call(
            source.tokenEndpoint(),
            request.wanted(),
            () ->
                server.withExpiry(
                    source,
                    client,
                    server.exchange(
                        source, client, subjectToken, source.subjectToken().effectiveType())));
    return new Token(
        issued.accessToken(), new TokenInfo(issued.obtainedAt(), issued.expiresAt(), null));
  }

  private String subjectToken(SubjectToken subject, Request request)
      throws TokenFailure, InterruptedException {
    return switch (subject.origin()) {
      case SubjectSecret secret ->
          read(secret, request.namespace(), secrets).text(secret.effectiveTokenKey());
      case ServiceAccountSource account ->
          serviceAccounts.issue(request.namespace(), account, request.wanted()).value();
      case null -> throw new IllegalArgumentException("no subject token in the source");
    };
  }

  /** What a call depends on, as a fingerprint without the values; pure, for the planner. */
  public static SourceState state(
      OAuth2TokenExchangeSource source, String namespace, SourceSecret.Lookup secrets) {
    try {
      String client = OAuthClient.read(source, namespace, secrets).fingerprint();
      String settings =
          switch (source.subjectToken().origin()) {
            case SubjectSecret subject -> {
              SourceSecret secret = read(subject, namespace, secrets);
              yield secret.fingerprint(client, secret.text(subject.effectiveTokenKey()));
            }
            case ServiceAccountSource account -> client;
            case null -> client;
          };
      return new SourceState.OnDemand(settings, null);
    } catch (TokenFailure failure) {
      return new SourceState.Unavailable(failure.kind(), failure.getMessage());
    }
  }

  private static SourceSecret read(
      SubjectSecret subject, String namespace, SourceSecret.Lookup secrets) throws TokenFailure {
    return SourceSecret.of(subject.name(), secrets.find(namespace, subject.name()));
  }
}
