package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.mcpsession.api.OAuth2RefreshSource;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Interprets an HTTP response; pure. Messages repeat only known error codes. They leave out
 * descriptions, bodies and headers, since a server may echo what it was sent.
 */
final class IssuerAnswer {
  /** The kind of request, on which the meaning of an error code depends. */
  enum Request {
    refresh,
    clientCredentials,
    exchange,
    introspection,
    revocation
  }

  /** The error codes of RFC 6749, 7009, 8628 and 8693, and GitHub's own. */
  private static final Set<String> KNOWN =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "invalid_target",
          "invalid_token",
          "unsupported_token_type",
          "access_denied",
          "server_error",
          "temporarily_unavailable",
          "slow_down",
          "bad_refresh_token",
          "incorrect_client_credentials");

  /** The error codes by which a refresh token is rejected for good; the second is GitHub's. */
  private static final Set<String> REJECTIONS = Set.of("invalid_grant", "bad_refresh_token");

  /** How Forgejo and Gitea describe {@code unauthorized_client} if a refresh token was used. */
  private static final String USED = "token was already used";

  /** The statuses of error answers by RFC 6749, section 5.2, and GitHub's (200). */
  private static final Set<Integer> ERROR_STATUSES = Set.of(200, 400, 401);

  private final IssuerEndpoint at;
  private final Request request;
  private final IssuerReply reply;
  private final Instant now;
  private final @Nullable Map<String, Object> json;
  private final @Nullable String error;

  /**
   * @param now the time that a date in a Retry-After header is compared with
   */
  IssuerAnswer(IssuerEndpoint at, Request request, IssuerReply reply, Instant now) {
    this.at = at;
    this.request = request;
    this.reply = reply;
    this.now = now;
    this.json = parse(reply.body());
    this.error = json == null ? null : text(json, "error");
  }

  /**
   * The answer of a token endpoint: a JSON object with an access token.
   *
   * @throws IssuerFault if there is no access token, with what that means
   */
  Map<String, Object> granted() throws IssuerFault {
    Map<String, Object> granted = object();
    if (text(granted, "access_token") == null) {
      throw IssuerFault.unavailable(
          at + " answered without an access token; check that it is a token endpoint");
    }
    return granted;
  }

  /**
   * The JSON object of a successful answer.
   *
   * @throws IssuerFault if it is not one, with what that means
   */
  Map<String, Object> object() throws IssuerFault {
    if (!isSuccess()) {
      throw fault();
    }
    if (json == null) {
      throw IssuerFault.unavailable(
          at + " answered with something other than a JSON object; check that the URL is right");
    }
    return json;
  }

  /**
   * Checks that the token is no longer valid.
   *
   * @throws IssuerFault if it may still be valid
   */
  void revoked() throws IssuerFault {
    boolean isNothingToRevoke =
        ERROR_STATUSES.contains(reply.status())
            && ("invalid_token".equals(error) || "unsupported_token_type".equals(error));
    if (!isSuccess() && !isNothingToRevoke) {
      throw fault();
    }
  }

  /** A member that is a string and not blank; null if there is none. */
  static @Nullable String text(Map<String, Object> json, String member) {
    return json.get(member) instanceof String text && !text.isBlank() ? text : null;
  }

  private boolean isSuccess() {
    return 200 <= reply.status() && reply.status() < 300 && error == null;
  }

  private IssuerFault fault() {
    int status = reply.status();
    if (status == 429 || status == 503) {
      return IssuerFault.unavailable(
          at + " asks to be left alone for a while" + answer() + "; tried again",
          RetryAfter.parse(reply.retryAfter(), now));
    }
    if (status == 408 || status >= 500 || status < 200) {
      return IssuerFault.unavailable(at + " is out of order" + answer() + "; tried again");
    }
    if (300 <= status && status < 400) {
      return IssuerFault.misconfigured(
          at
              + " redirects"
              + answer()
              + ", which is not followed; set "
              + at.field()
              + " to where it leads");
    }
    if (error == null) {
      return IssuerFault.misconfigured(at + withoutError());
    }
    if (isRefreshTokenUsed()) {
      return rejected();
    }
    if (request == Request.refresh && REJECTIONS.contains(error)) {
      return ERROR_STATUSES.contains(status)
          ? rejected()
          : IssuerFault.misconfigured(
              at
                  + " refused the refresh token"
                  + answer()
                  + ", but not with the status of such an answer; check what stands before the"
                  + " authorization server");
    }
    return switch (error) {
      case "server_error", "temporarily_unavailable", "slow_down" ->
          IssuerFault.unavailable(at + " is out of order" + answer() + "; tried again");
      default -> IssuerFault.misconfigured(at + refused(error));
    };
  }

  private IssuerFault rejected() {
    return IssuerFault.rejected(
        at + " rejected the refresh token for good" + answer() + "; the user has to sign in anew");
  }

  /**
   * Whether Forgejo or Gitea says that the refresh token was used. Anybody else means by the same
   * error code that the client may not use this grant type (RFC 6749, section 5.2), which its
   * administrator can allow: taking that for a rejection would evict every session. The description
   * is compared as a whole, since one that repeats what was sent could contain it.
   */
  private boolean isRefreshTokenUsed() {
    String description = json == null ? null : text(json, "error_description");
    return request == Request.refresh
        && reply.status() == 400
        && "unauthorized_client".equals(error)
        && description != null
        && description.strip().equalsIgnoreCase(USED);
  }

  /** Whether the client failed to authenticate, by Keycloak's answer to a wrong client secret. */
  private boolean isAboutTheClient() {
    return reply.status() == 401 && "unauthorized_client".equals(error);
  }

  private String withoutError() {
    return switch (reply.status()) {
      case 401 -> unknownClient();
      case 403 ->
          " forbids the request"
              + answer()
              + "; check what the client may do and what stands before the authorization server";
      case 407 ->
          " is not reached, since the proxy wants other credentials"
              + answer()
              + "; correct user and password in HTTPS_PROXY or HTTP_PROXY of the operator";
      case 404, 405, 410 -> " is not there" + answer() + "; correct " + at.field();
      default ->
          " refused the request"
              + answer()
              + " without an error of OAuth 2; check that the URL is right";
    };
  }

  private String unknownClient() {
    return " does not accept the client"
        + answer()
        + "; correct client_id"
        + (at.source().hasPublicClient() ? "" : " and client_secret")
        + " in Secret "
        + at.source().clientSecretName()
        + ", or clientAuthentication";
  }

  private String refused(String error) {
    return switch (isAboutTheClient() ? "invalid_client" : error) {
      case "invalid_client", "incorrect_client_credentials" -> unknownClient();
      case "unauthorized_client", "unsupported_grant_type" ->
          " does not offer the client this grant"
              + answer()
              + "; allow it at the authorization server, or use another source"
              + otherRefreshToken();
      case "invalid_scope" ->
          " does not grant these scopes"
              + answer()
              + "; correct scopes, or what the client may have";
      case "invalid_target" ->
          " issues no tokens for this target" + answer() + "; correct audience and resource";
      case "invalid_grant" ->
          " does not accept "
              + (request == Request.exchange ? "the subject token" : "the grant")
              + answer()
              + "; check the token source";
      case "invalid_request" ->
          // RFC 8693, section 2.2.2: so is a bad subject token answered.
          " does not accept the request"
              + answer()
              + "; check "
              + (request == Request.exchange
                  ? "the subject token and its type, audience, resource"
                  : "clientAuthentication")
              + " and scopes";
      case "access_denied" ->
          " denies access" + answer() + "; check what the client and the user may do";
      default -> " refused the request" + answer() + "; check the token source and the client";
    };
  }

  /** Forgejo and Gitea answer so if a refresh token has expired or is not one of theirs. */
  private String otherRefreshToken() {
    return at.source() instanceof OAuth2RefreshSource refresh && request == Request.refresh
        ? "; if the client may use it, the refresh_token in Secret "
            + refresh.grantSecretName()
            + " has expired or is another server's, and the user has to sign in anew"
        : "";
  }

  /** The error code, if it is a known one, and the status. */
  private String answer() {
    return error != null && KNOWN.contains(error)
        ? " (" + error + ", HTTP " + reply.status() + ")"
        : " (HTTP " + reply.status() + ")";
  }

  private static @Nullable Map<String, Object> parse(String body) {
    try {
      return JSONObjectUtils.parse(body);
    } catch (ParseException e) {
      return null;
    }
  }
}
