package dev.mcpsession.signin.web;

/** Paths of the authorization server, below the issuer. Clients learn them from its metadata. */
public final class SignInPaths {
  /**
   * RFC 8414, section 3. The issuer has no path, so that these two are the only places: what
   * clients try with the path of a resource behind it would be another issuer's.
   */
  public static final String OAUTH_METADATA = "/.well-known/oauth-authorization-server";

  /** For clients that know only OpenID Connect Discovery. */
  public static final String OPENID_METADATA = "/.well-known/openid-configuration";

  public static final String REGISTER = "/oauth/register";
  public static final String AUTHORIZE = "/oauth/authorize";
  public static final String CALLBACK = "/oauth/callback";
  public static final String TOKEN = "/oauth/token";
  public static final String REVOKE = "/oauth/revoke";
  public static final String JWKS = "/oauth/jwks";

  /** What people see of their own. */
  public static final String ACCOUNT = "/account";

  private SignInPaths() {}
}
