package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
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
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.token.TokenFailure;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds the HTTP requests with Nimbus. */
final class IssuerRequests {
  private IssuerRequests() {}

  static HTTPRequest token(
      IssuerEndpoint at,
      OAuth2Source source,
      OAuthClient client,
      Supplier<? extends AuthorizationGrant> grant)
      throws TokenFailure {
    return written(
        at,
        () -> {
          TokenRequest.Builder request = builder(at, client, grant.get());
          List<String> scopes = source.requestedScopes();
          if (!scopes.isEmpty()) {
            request.scope(new Scope(scopes.toArray(String[]::new)));
          }
          if (source.resource() != null) {
            request.resources(source.resource().stream().map(URI::create).toArray(URI[]::new));
          }
          // In a token exchange it is part of the grant.
          if (source.audience() != null && !(source instanceof OAuth2TokenExchangeSource)) {
            request.customParameter("audience", source.audience().toArray(String[]::new));
          }
          return request.build().toHTTPRequest();
        });
  }

  /** The request that redeems a code, whose scopes were asked for when the user was sent away. */
  static HTTPRequest redemption(IssuerEndpoint at, OAuthClient client, AuthorizationCode code)
      throws TokenFailure {
    return written(
        at,
        () -> {
          TokenRequest.Builder request =
              builder(
                  at,
                  client,
                  new AuthorizationCodeGrant(
                      new com.nimbusds.oauth2.sdk.AuthorizationCode(code.value()),
                      code.redirectUri(),
                      new CodeVerifier(code.verifier())));
          if (!code.resource().isEmpty()) {
            request.resources(code.resource().stream().map(URI::create).toArray(URI[]::new));
          }
          if (!code.audience().isEmpty()) {
            request.customParameter("audience", code.audience().toArray(String[]::new));
          }
          return request.build().toHTTPRequest();
        });
  }

  static HTTPRequest userInfo(IssuerEndpoint at, String accessToken) throws TokenFailure {
    return written(
        at,
        () -> new UserInfoRequest(at.uri(), new BearerAccessToken(accessToken)).toHTTPRequest());
  }

  static HTTPRequest document(IssuerEndpoint at) throws TokenFailure {
    return written(at, () -> new HTTPRequest(HTTPRequest.Method.GET, at.uri()));
  }

  private static TokenRequest.Builder builder(
      IssuerEndpoint at, OAuthClient client, AuthorizationGrant grant) {
    ClientAuthentication authentication = authentication(client);
    return authentication == null
        ? new TokenRequest.Builder(at.uri(), new ClientID(client.id()), grant)
        : new TokenRequest.Builder(at.uri(), authentication, grant);
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
        () -> {
          ClientAuthentication authentication = authentication(client);
          BearerAccessToken token = new BearerAccessToken(accessToken);
          return (authentication == null
                  ? new TokenIntrospectionRequest(
                      at.uri(), token, Map.of("client_id", List.of(client.id())))
                  : new TokenIntrospectionRequest(at.uri(), authentication, token))
              .toHTTPRequest();
        });
  }

  /**
   * A revocation.
   *
   * @param made only then, since its class checks the text of the token
   */
  static HTTPRequest revocation(IssuerEndpoint at, OAuthClient client, Supplier<Token> made)
      throws TokenFailure {
    return written(
        at,
        () -> {
          ClientAuthentication authentication = authentication(client);
          Token token = made.get();
          return (authentication == null
                  ? new TokenRevocationRequest(at.uri(), new ClientID(client.id()), token)
                  : new TokenRevocationRequest(at.uri(), authentication, token))
              .toHTTPRequest();
        });
  }

  /** Null for a public client. */
  private static @Nullable ClientAuthentication authentication(OAuthClient client) {
    if (client.secret() == null) {
      return null;
    }
    ClientID id = new ClientID(client.id());
    Secret secret = new Secret(client.secret());
    return switch (client.authenticates()) {
      case basic -> new ClientSecretBasic(id, secret);
      case post -> new ClientSecretPost(id, secret);
      case none -> null;
    };
  }

  private static HTTPRequest written(IssuerEndpoint at, Supplier<HTTPRequest> request)
      throws TokenFailure {
    try {
      HTTPRequest written = request.get();
      // GitHub answers with a form otherwise, and refuses requests of nobody.
      written.setAccept("application/json");
      written.setHeader("User-Agent", "mcp-session-operator");
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
