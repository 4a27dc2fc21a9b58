package dev.mcpsession.api;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Annotations, labels and names of children: the part of the contract that is neither spec nor
 * status.
 */
public final class Names {
  private Names() {}

  /** On a session: RFC 3339 instant of the last use, written by whatever sees the traffic. */
  public static final String LAST_ACTIVE = "mcpsession.dev/lastActive";

  /**
   * On a session: RFC 3339 instant at which whoever sees the traffic found that nobody is there any
   * more. Later than the last use, it makes the session idle.
   */
  public static final String RELEASED = "mcpsession.dev/released";

  /**
   * On a session: RFC 3339 instant at which one of a gateway's replicas last had a stream or
   * request of its user, where the template asks for a release. Only the gateway reads it.
   */
  public static final String LAST_CONNECTED = "mcpsession.dev/lastConnected";

  /** On a session: a new value replaces the backend. */
  public static final String RESTARTED_AT = "mcpsession.dev/restartedAt";

  /** On a session whose source has a revocationEndpoint: its deletion waits for the revocation. */
  public static final String REVOCATION_FINALIZER = "mcpsession.dev/revocation";

  public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
  public static final String MANAGED_BY = "mcp-session-operator";

  /** On a session that the gateway made. */
  public static final String CREATED_BY_LABEL = "app.kubernetes.io/created-by";

  public static final String CREATED_BY_GATEWAY = "mcp-session-gateway";

  public static final String SESSION_LABEL = "mcpsession.dev/session";
  public static final String REVISION_LABEL = "mcpsession.dev/revision";

  /**
   * On a child: uid of its session, which tells it from the children of a later session of the same
   * name.
   */
  public static final String SESSION_UID_LABEL = "mcpsession.dev/session-uid";

  /**
   * On a Pod, value {@code "true"}: a replacement could only run on the same node, so whoever
   * drains the node may evict the Pod.
   */
  public static final String EVICTABLE_LABEL = "mcpsession.dev/evictable";

  /** Name of the PodDisruptionBudget of a namespace with sessions, if nodes are watched. */
  public static final String BUDGET = "mcp-sessions";

  /** On a user's Secret, value {@code "true"}: sessions may read tokens from it. */
  public static final String TOKEN_SOURCE_LABEL = "mcpsession.dev/token-source";

  /** On a Pod: hash of podTemplate, port and token of the spec it was created from. */
  public static final String TEMPLATE_HASH = "mcpsession.dev/template-hash";

  /** On a Pod: the session's restartedAt when the Pod was created; absent without one. */
  public static final String POD_RESTARTED_AT = "mcpsession.dev/restarted-at";

  /** On a Pod: the port of the spec it was created from. */
  public static final String PORT = "mcpsession.dev/port";

  /**
   * On a Pod and a token Secret: RFC 3339 instant at which the token was obtained; absent without a
   * token.
   */
  public static final String TOKEN_OBTAINED_AT = "mcpsession.dev/token-obtained-at";

  /**
   * On a Pod and a token Secret: RFC 3339 instant at which the token expires; absent when unknown.
   */
  public static final String TOKEN_EXPIRES_AT = "mcpsession.dev/token-expires-at";

  /**
   * On a Pod and a token Secret: version of the source the token came from; absent for sources
   * without one.
   */
  public static final String TOKEN_VERSION = "mcpsession.dev/token-version";

  /** On a Service: the application protocol that its port has from spec.serviceAppProtocol. */
  public static final String APP_PROTOCOL = "mcpsession.dev/app-protocol";

  /** On a grant Secret: who holds the lock on its refresh token. */
  public static final String CLAIM_HOLDER = "mcpsession.dev/refresh-claim-holder";

  /** On a grant Secret: RFC 3339 instant until which nobody else may use its refresh token. */
  public static final String CLAIM_UNTIL = "mcpsession.dev/refresh-claim-until";

  /** On a grant Secret: fingerprint of the refresh token that the operator stored there. */
  public static final String GRANT_CURRENT = "mcpsession.dev/grant-current";

  /** On a grant Secret: fingerprint of the refresh token from the user's sign-in. */
  public static final String GRANT_ORIGIN = "mcpsession.dev/grant-origin";

  /** On a grant Secret: fingerprint of the refresh token that was rejected permanently, and why. */
  public static final String GRANT_REJECTED = "mcpsession.dev/grant-rejected";

  /** On a Secret, value {@code "true"}: a sign-in at the session gateway. */
  public static final String SIGN_IN_LABEL = "mcpsession.dev/sign-in";

  /**
   * On a Secret of the session gateway: the first 63 of the 64 digits that stand for its user, as
   * McpConnections have them in spec.owner; a label has room for no more.
   */
  public static final String OWNER_LABEL = "mcpsession.dev/owner";

  /** On a Secret of the session gateway, for people: its user. */
  public static final String USER = "mcpsession.dev/user";

  /** On a sign-in, for people: the name of its client. */
  public static final String CLIENT = "mcpsession.dev/client";

  /** On a Secret of the session gateway, for people: its template, as namespace/name. */
  public static final String TEMPLATE = "mcpsession.dev/template";

  /** On a grant Secret: RFC 3339 instant at which the user gave it, by signing in. */
  public static final String SIGNED_IN_AT = "mcpsession.dev/signed-in-at";

  /** Key of a token Secret and name of the file in the backend. */
  public static final String TOKEN_KEY = "token";

  /** Name of the Secret and of the Pod of a revision. */
  public static String child(String session, int revision) {
    return session + "-" + revision;
  }

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  /** The revision in a child's name; empty if it is not the name of a child of this session. */
  public static OptionalInt revisionOf(String session, String child) {
    if (!child.startsWith(session + "-")) {
      return OptionalInt.empty();
    }
    Matcher number = NUMBER.matcher(child.substring(session.length() + 1));
    return number.matches()
        ? OptionalInt.of(Integer.parseInt(number.group()))
        : OptionalInt.empty();
  }
}
