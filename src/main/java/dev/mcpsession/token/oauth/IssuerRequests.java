package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/** Builds the HTTP requests with Nimbus. */
final class IssuerRequests {
  private IssuerRequests() {}

  static HTTPRequest token(
      IssuerEndpoint at, OAuthClient client, Supplier<? extends AuthorizationGrant> grant)
      throws TokenFailure {
    return written(
        at,
        () -> {
          TokenRequest.Builder request =
              new TokenRequest.Builder(at.uri(), authentication(at.source(), client), grant.get());
          List<String> scopes = at.source().requestedScopes();
          if (!scopes.isEmpty()) {
            request.scope(new Scope(scopes.toArray(String[]::new)));
          }
          if (at.source() instanceof OAuth2TokenExchangeSource exchange
              && exchange.resource() != null) {
            request.resources(exchange.resource().stream().map(URI::create).toArray(URI[]::new));
          }
          return request.build().toHTTPRequest();
        });
  }

  /** A token exchange (RFC 8693). Names no requested token type, which means an access token. */
  static TokenExchangeGrant exchange(
      OAuth2TokenExchangeSource source, String subjectToken, SubjectToken.Type type) {
    List<String> audience = source.audience();
    return new TokenExchangeGrant(
        new TypelessToken(subjectToken),
        switch (type) {
          case access_token -> TokenTypeURI.ACCESS_TOKEN;
          case id_token -> TokenTypeURI.ID_TOKEN;
          case jwt -> TokenTypeURI.JWT;
        },
        null,
        null,
        null,
        audience == null ? null : audience.stream().map(Audience::new).toList());
  }

  static HTTPRequest introspection(IssuerEndpoint at, OAuthClient client, String accessToken)
      throws TokenFailure {
    return written(
        at,
        () ->
            new TokenIntrospectionRequest(
                    at.uri(),
                    authentication(at.source(), client),
                    new BearerAccessToken(accessToken))
                .toHTTPRequest());
  }

  static HTTPRequest revocation(IssuerEndpoint at, OAuthClient client, String accessToken)
      throws TokenFailure {
    return written(
        at,
        () ->
            new TokenRevocationRequest(
                    at.uri(),
                    authentication(at.source(), client),
                    new BearerAccessToken(accessToken))
                .toHTTPRequest());
  }

  private static ClientAuthentication authentication(OAuth2Source source, OAuthClient client) {
    ClientID id = new ClientID(client.id());
    Secret secret = new Secret(client.secret());
    return switch (source.authenticates()) {
      case basic -> new ClientSecretBasic(id, secret);
      case post -> new ClientSecretPost(id, secret);
    };
  }

  private static HTTPRequest written(IssuerEndpoint at, Supplier<HTTPRequest> request)
      throws TokenFailure {
    try {
      HTTPRequest written = request.get();
      // GitHub answers with a form otherwise.
      written.setAccept("application/json");
      return written;
    } catch (RuntimeException e) {
      // Without its message and without a cause: both may contain what was to be sent.
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          "the request to "
              + at
              + " cannot be written; check scopes, audience, resource and the Secrets that the"
              + " source names");
    }
  }
}
