package dev.mcpsession.signin.http;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.Response;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.StoreException;
import java.time.Duration;
import java.util.List;

/** Answers to clients, in JSON, that nobody keeps (RFC 6749, sections 5.1 and 5.2). */
final class OAuthAnswers {
  private static final int RETRY_SECONDS = 5;

  private OAuthAnswers() {}

  /** A success. */
  static SiteAnswer json(int status, String json) {
    return SiteAnswer.of(status, ContentType.APPLICATION_JSON.getType(), json)
        .with("Cache-Control", "no-store");
  }

  /** New tokens. */
  static SiteAnswer tokens(
      String accessToken, Duration lifetime, String refreshToken, List<String> scopes) {
    Scope scope = scopes.isEmpty() ? null : new Scope(scopes.toArray(String[]::new));
    Tokens tokens =
        new Tokens(
            new BearerAccessToken(accessToken, lifetime.toSeconds(), scope),
            new RefreshToken(refreshToken));
    return json(200, body(new AccessTokenResponse(tokens)));
  }

  private static String body(Response response) {
    return response.toHTTPResponse().getBody();
  }

  /**
   * An error.
   *
   * @param why for the developer of the client, without anything that was sent
   */
  static SiteAnswer error(OAuthErrorCode code, String why) {
    int status =
        switch (code) {
          case invalid_client -> 401;
          case server_error -> 500;
          case temporarily_unavailable -> 503;
          default -> 400;
        };
    SiteAnswer answer =
        json(status, body(new TokenErrorResponse(new ErrorObject(code.name(), why, status))));
    return switch (status) {
      // RFC 9110 wants a challenge; no scheme would help, since clients have no secret.
      case 401 -> answer.with("WWW-Authenticate", "Basic realm=\"no client has a secret\"");
      case 503 -> answer.with("Retry-After", Integer.toString(RETRY_SECONDS));
      default -> answer;
    };
  }

  /** What was to be stored or read could not be. */
  static SiteAnswer error(StoreException e) {
    return e.isAway()
        ? error(OAuthErrorCode.temporarily_unavailable, "the server is busy; try again")
        : error(OAuthErrorCode.server_error, "the server could not store this; its log says why");
  }

  /** 405. */
  static SiteAnswer onlyMethod(String method) {
    return SiteAnswer.of(405).with("Allow", method);
  }
}
