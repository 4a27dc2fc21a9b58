package dev.mcpsession.token.oauth;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Explains a refusal to users: what is wrong and what to do. Pure. Each text continues a sentence
 * that begins with the endpoint.
 *
 * @param error the error code of the answer; null if it has none
 */
record IssuerRefusal(
    IssuerEndpoint at, IssuerAnswer.Request request, int status, @Nullable String error) {
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
          "incorrect_client_credentials",
          "bad_verification_code",
          "redirect_uri_mismatch",
          "unverified_user_email");

  /** Whether the client failed to authenticate, by Keycloak's answer to a wrong client secret. */
  private boolean isAboutTheClient() {
    return status == 401 && "unauthorized_client".equals(error);
  }

  /** What an answer without an error code means. */
  String withoutError() {
    if (request == IssuerAnswer.Request.userInfo && (status == 401 || status == 403)) {
      return " does not accept the access token that was issued just now"
          + answer()
          + "; check that both endpoints are of the same server, and that the scopes let the client"
          + " read who the user is";
    }
    return switch (status) {
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
    return " does not accept the client" + answer() + "; correct " + at.origin().credentials();
  }

  /** What an error code means. */
  String of(String error) {
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
              + (request == IssuerAnswer.Request.exchange ? "the subject token" : "the grant")
              + answer()
              + "; check the token source";
      case "invalid_request" ->
          // RFC 8693, section 2.2.2: so is a bad subject token answered.
          " does not accept the request"
              + answer()
              + "; check "
              + (request == IssuerAnswer.Request.exchange
                  ? "the subject token and its type, audience, resource"
                  : "clientAuthentication")
              + " and scopes";
      case "redirect_uri_mismatch" ->
          " does not know the redirect URI"
              + answer()
              + "; register it there for the client, letter for letter";
      case "access_denied", "unverified_user_email" ->
          " denies access" + answer() + "; check what the client and the user may do";
      default -> " refused the request" + answer() + "; check the token source and the client";
    };
  }

  /** Forgejo and Gitea answer so if a refresh token has expired or is not one of theirs. */
  private String otherRefreshToken() {
    return request == IssuerAnswer.Request.refresh
        ? "; if the client may use it, the refresh_token in Secret "
            + at.origin().grantSecretName()
            + " has expired or is another server's, and the user has to sign in anew"
        : "";
  }

  /** The error code, if it is a known one, and the status. */
  String answer() {
    return error != null && KNOWN.contains(error)
        ? " (" + error + ", HTTP " + status + ")"
        : " (HTTP " + status + ")";
  }

  /** Leaves the error out: a server may have put there what it was sent. */
  @Override
  public String toString() {
    return "IssuerRefusal[" + status + "]";
  }
}
