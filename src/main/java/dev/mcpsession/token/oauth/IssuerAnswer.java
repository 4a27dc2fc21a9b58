package dev.mcpsession.token.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.mcpsession.token.oauth.IssuerCalls.Endpoint;
import java.time.Instant;
import java.util.Locale;
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
    refresh(Endpoint.token),
    code(Endpoint.token),
    clientCredentials(Endpoint.token),
    exchange(Endpoint.token),
    introspection(Endpoint.introspection),
    revocation(Endpoint.revocation),
    userInfo(Endpoint.userinfo),
    document(Endpoint.document);

    private final Endpoint endpoint;

    Request(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    /** Where it is sent. */
    Endpoint endpoint() {
      return endpoint;
    }
  }

  /** The error codes by which a refresh token is rejected for good; the second is GitHub's. */
  private static final Set<String> REJECTIONS = Set.of("invalid_grant", "bad_refresh_token");

  /** The same of an authorization code. */
  private static final Set<String> CODE_REJECTIONS =
      Set.of("invalid_grant", "bad_verification_code");

  /** How Forgejo and Gitea describe {@code unauthorized_client} if a code is not accepted. */
  private static final Set<String> CODE_WORDS =
      Set.of("client is not authorized", "failed pkce code challenge");

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
  private final IssuerRefusal refusal;

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
    this.refusal = new IssuerRefusal(at, request, reply.status(), error);
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
   * @return the answer, which says no more
   * @throws IssuerFault if it may still be valid
   */
  IssuerAnswer revoked() throws IssuerFault {
    boolean isNothingToRevoke =
        ERROR_STATUSES.contains(reply.status())
            && ("invalid_token".equals(error) || "unsupported_token_type".equals(error));
    if (!isSuccess() && !isNothingToRevoke) {
      throw fault();
    }
    return this;
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
      return IssuerFault.away(
          at + " asks to be left alone for a while" + refusal.answer(),
          RetryAfter.parse(reply.retryAfter(), now));
    }
    if (status == 408 || status >= 500 || status < 200) {
      return IssuerFault.away(at + " is out of order" + refusal.answer());
    }
    if (300 <= status && status < 400) {
      return IssuerFault.misconfigured(
          at
              + " redirects"
              + refusal.answer()
              + ", which is not followed; set "
              + at.field()
              + " to where it leads");
    }
    if (error == null || request == Request.userInfo || request == Request.document) {
      return IssuerFault.misconfigured(at + refusal.withoutError());
    }
    if (isRefreshTokenUsed()) {
      return rejected();
    }
    if (isCodeRejected()) {
      return IssuerFault.rejected(
          at
              + " does not accept the code"
              + refusal.answer()
              + ": it was used already, is too old, or was not given to this client");
    }
    if (request == Request.refresh && REJECTIONS.contains(error)) {
      return ERROR_STATUSES.contains(status)
          ? rejected()
          : IssuerFault.misconfigured(
              at
                  + " refused the refresh token"
                  + refusal.answer()
                  + ", but not with the status of such an answer; check what stands before the"
                  + " authorization server");
    }
    return switch (error) {
      case "server_error", "temporarily_unavailable", "slow_down" ->
          IssuerFault.away(at + " is out of order" + refusal.answer());
      default -> IssuerFault.misconfigured(at + refusal.of(error));
    };
  }

  private IssuerFault rejected() {
    return IssuerFault.rejected(
        at
            + " rejected the refresh token for good"
            + refusal.answer()
            + "; the user has to sign in anew");
  }

  /**
   * Whether Forgejo or Gitea says that the refresh token was used. Anybody else means by the same
   * error code that the client may not use this grant type (RFC 6749, section 5.2), which its
   * administrator can allow: taking that for a rejection would evict every session. The description
   * is compared as a whole, since one that repeats what was sent could contain it.
   */
  private boolean isRefreshTokenUsed() {
    return request == Request.refresh && isUnauthorized(Set.of(USED));
  }

  private boolean isCodeRejected() {
    return request == Request.code
        && ((ERROR_STATUSES.contains(reply.status()) && CODE_REJECTIONS.contains(error))
            || isUnauthorized(CODE_WORDS));
  }

  /** Whether Forgejo or Gitea says one of these, in lower case, of what it was sent. */
  private boolean isUnauthorized(Set<String> words) {
    String description = json == null ? null : text(json, "error_description");
    return reply.status() == 400
        && "unauthorized_client".equals(error)
        && description != null
        && words.contains(description.strip().toLowerCase(Locale.ROOT));
  }

  private static @Nullable Map<String, Object> parse(String body) {
    try {
      return JSONObjectUtils.parse(body);
    } catch (ParseException e) {
      return null;
    }
  }
}
