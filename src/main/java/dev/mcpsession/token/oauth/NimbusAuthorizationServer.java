package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls authorization servers over HTTP. Checks every URL of a source against the operator's allow
 * list before anything is sent.
 */
public final class NimbusAuthorizationServer implements AuthorizationServer, AutoCloseable {
  /** The time limit for opening a connection. */
  public static final Duration CONNECT = Duration.ofSeconds(5);

  /** The time limit of an introspection: issued tokens cannot be used before it ends. */
  private static final Duration INTROSPECTION = Duration.ofSeconds(5);

  /** How many token endpoints are warned about, to bound the memory. */
  private static final int WARNINGS = 1000;

  private static final Logger log = LoggerFactory.getLogger(NimbusAuthorizationServer.class);

  private final AllowedEndpoints allowed;
  private final InstantSource clock;
  private final Duration wholeCall;
  private final Duration introspection;
  private final IssuerConnection connection;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * @param proxies through which the servers are reached
   */
  public NimbusAuthorizationServer(
      AllowedEndpoints allowed, IssuerProxies proxies, InstantSource clock, IssuerCalls calls) {
    this(allowed, proxies, clock, calls, CONNECT, WHOLE_CALL);
  }

  /** With time limits short enough for tests. */
  NimbusAuthorizationServer(
      AllowedEndpoints allowed,
      IssuerProxies proxies,
      InstantSource clock,
      IssuerCalls calls,
      Duration connect,
      Duration wholeCall) {
    this.allowed = allowed;
    this.clock = clock;
    this.wholeCall = wholeCall;
    this.introspection = wholeCall.compareTo(INTROSPECTION) < 0 ? wholeCall : INTROSPECTION;
    this.connection = new IssuerConnection(proxies, clock, calls, connect);
  }

  @Override
  public IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure, InterruptedException {
    return issue(
        source,
        client,
        IssuerAnswer.Request.refresh,
        () -> new RefreshTokenGrant(new RefreshToken(refreshToken)),
        maySend);
  }

  @Override
  public IssuedTokens clientCredentials(OAuth2ClientCredentialsSource source, OAuthClient client)
      throws TokenFailure, InterruptedException {
    return issue(
        source,
        client,
        IssuerAnswer.Request.clientCredentials,
        ClientCredentialsGrant::new,
        () -> true);
  }

  @Override
  public IssuedTokens exchange(
      OAuth2TokenExchangeSource source,
      OAuthClient client,
      String subjectToken,
      SubjectToken.Type type)
      throws TokenFailure, InterruptedException {
    return issue(
        source,
        client,
        IssuerAnswer.Request.exchange,
        () -> IssuerRequests.exchange(source, subjectToken, type),
        () -> true);
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken)
      throws TokenFailure, InterruptedException {
    IssuerEndpoint at = endpoint(client, "revocationEndpoint", source.revocationEndpoint());
    if (at == null) {
      throw new IllegalArgumentException("no revocationEndpoint in the source");
    }
    HTTPRequest request =
        IssuerRequests.revocation(at, client, () -> new BearerAccessToken(accessToken));
    try {
      connection.call(
          at, IssuerAnswer.Request.revocation, request, client, wholeCall, IssuerAnswer::revoked);
    } catch (IssuerFault fault) {
      throw fault.failure();
    }
  }

  private IssuedTokens issue(
      OAuth2Source source,
      OAuthClient client,
      IssuerAnswer.Request kind,
      Supplier<AuthorizationGrant> grant,
      BooleanSupplier maySend)
      throws TokenFailure, InterruptedException {
    // Checks all URLs now: after the refresh token is used up it would be too late.
    IssuerEndpoint at = checked(client, "tokenEndpoint", source.tokenEndpoint());
    endpoint(client, "introspectionEndpoint", source.introspectionEndpoint());
    endpoint(client, "revocationEndpoint", source.revocationEndpoint());
    HTTPRequest request = IssuerRequests.token(at, source, client, grant);
    if (!maySend.getAsBoolean()) {
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          "nothing was sent to " + at + ", because this operator may not any more");
    }
    Instant requestedAt = clock.instant();
    Map<String, Object> granted;
    try {
      granted = connection.call(at, kind, request, client, wholeCall, IssuerAnswer::granted);
    } catch (IssuerFault fault) {
      throw fault.failure();
    }
    return new IssuedTokens(
        String.valueOf(IssuerAnswer.text(granted, "access_token")),
        IssuerAnswer.text(granted, "refresh_token"),
        requestedAt,
        TokenExpiry.granted(granted, requestedAt));
  }

  @Override
  public IssuedTokens withExpiry(OAuth2Source source, OAuthClient client, IssuedTokens issued) {
    if (issued.saysWhenItExpires()) {
      return issued;
    }
    String problem;
    try {
      IssuerEndpoint at = endpoint(client, "introspectionEndpoint", source.introspectionEndpoint());
      if (at == null) {
        return issued;
      }
      HTTPRequest request = IssuerRequests.introspection(at, client, issued.accessToken());
      Instant expiresAt =
          TokenExpiry.introspected(
              connection.call(
                  at,
                  IssuerAnswer.Request.introspection,
                  request,
                  client,
                  introspection,
                  IssuerAnswer::object),
              issued.obtainedAt());
      if (expiresAt != null) {
        return issued.expiring(expiresAt);
      }
      problem = at + " says of a new token neither that it is active nor when it expires";
    } catch (IssuerFault | TokenFailure failure) {
      problem = failure.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return issued;
    }
    if (warned.size() < WARNINGS && warned.add(source.tokenEndpoint())) {
      log.warn("{}. Its tokens are taken to live {} s", problem, DEFAULT_LIFETIME.toSeconds());
    }
    return issued;
  }

  private @Nullable IssuerEndpoint endpoint(OAuthClient client, String field, @Nullable String url)
      throws TokenFailure {
    return url == null ? null : checked(client, field, url);
  }

  private IssuerEndpoint checked(OAuthClient client, String field, String url) throws TokenFailure {
    return connection.at(field, allowed.check(field, url), client);
  }

  /** Abandons the calls that are under way. */
  @Override
  public void close() {
    connection.close();
  }
}
