package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the client of an authorization server asks it when a user comes back from there. Each method
 * sends one request, with a time limit and a limit of the answer, follows no redirect, and does not
 * repeat it. A {@link TokenFailure} is REJECTED only if a code is not accepted, UNAVAILABLE if the
 * server gave no usable answer, and FAILED for everything else. No message repeats what was sent or
 * answered.
 */
public final class CodeFlowClient implements AutoCloseable {
  /** The time limit of a call: somebody waits for it before a browser. */
  static final Duration WHOLE_CALL = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final Duration wholeCall;
  private final IssuerConnection connection;

  /**
   * @param proxies through which the servers are reached
   */
  public CodeFlowClient(IssuerProxies proxies, InstantSource clock, IssuerCalls calls) {
    this(proxies, clock, calls, WHOLE_CALL);
  }

  /** With a time limit short enough for tests. */
  public CodeFlowClient(
      IssuerProxies proxies, InstantSource clock, IssuerCalls calls, Duration wholeCall) {
    this.clock = clock;
    this.wholeCall = wholeCall;
    this.connection =
        new IssuerConnection(proxies, clock, calls, NimbusAuthorizationServer.CONNECT);
  }

  /**
   * A URL that may be called.
   *
   * @param field that holds it, for messages
   */
  public record Endpoint(String field, EndpointUrl url) {}

  /**
   * What a code was redeemed for.
   *
   * @param idToken null: there is none; nobody has verified it
   */
  public record Redeemed(IssuedTokens tokens, @Nullable String idToken) {
    /** Leaves the values out. */
    @Override
    public String toString() {
      return "Redeemed[" + tokens + "]";
    }
  }

  /** Redeems a code at the token endpoint, which uses it up (RFC 6749, section 4.1.3). */
  public Redeemed redeem(Endpoint endpoint, OAuthClient client, AuthorizationCode code)
      throws TokenFailure, InterruptedException {
    IssuerEndpoint at = at(endpoint, client);
    HTTPRequest request = IssuerRequests.redemption(at, client, code);
    Instant requestedAt = clock.instant();
    Map<String, Object> granted =
        call(at, IssuerAnswer.Request.code, request, client, IssuerAnswer::granted);
    return new Redeemed(
        new IssuedTokens(
            String.valueOf(IssuerAnswer.text(granted, "access_token")),
            IssuerAnswer.text(granted, "refresh_token"),
            requestedAt,
            TokenExpiry.granted(granted, requestedAt)),
        IssuerAnswer.text(granted, "id_token"));
  }

  /** Asks whose an access token is; a JSON object (OpenID Connect Core 1.0, section 5.3). */
  public Map<String, Object> userInfo(Endpoint endpoint, OAuthClient client, String accessToken)
      throws TokenFailure, InterruptedException {
    IssuerEndpoint at = at(endpoint, client);
    return call(
        at,
        IssuerAnswer.Request.userInfo,
        IssuerRequests.userInfo(at, accessToken),
        client,
        IssuerAnswer::object);
  }

  /** Revokes a refresh token (RFC 7009). */
  public void revoke(Endpoint endpoint, OAuthClient client, String refreshToken)
      throws TokenFailure, InterruptedException {
    IssuerEndpoint at = at(endpoint, client);
    call(
        at,
        IssuerAnswer.Request.revocation,
        IssuerRequests.revocation(at, client, () -> new RefreshToken(refreshToken)),
        client,
        IssuerAnswer::revoked);
  }

  /** Reads a JSON object that the server publishes; only the client's authorities are used. */
  public Map<String, Object> document(Endpoint endpoint, OAuthClient client)
      throws TokenFailure, InterruptedException {
    IssuerEndpoint at = at(endpoint, client);
    return call(
        at,
        IssuerAnswer.Request.document,
        IssuerRequests.document(at),
        client,
        IssuerAnswer::object);
  }

  private IssuerEndpoint at(Endpoint endpoint, OAuthClient client) {
    return connection.at(endpoint.field(), endpoint.url(), client);
  }

  private <T> T call(
      IssuerEndpoint at,
      IssuerAnswer.Request kind,
      HTTPRequest request,
      OAuthClient client,
      IssuerConnection.Reading<T> reading)
      throws TokenFailure, InterruptedException {
    try {
      return connection.call(at, kind, request, client, wholeCall, reading);
    } catch (IssuerFault fault) {
      throw fault.ofOneTry();
    }
  }

  /** Abandons the calls that are under way. */
  @Override
  public void close() {
    connection.close();
  }
}
