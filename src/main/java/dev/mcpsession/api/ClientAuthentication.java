package dev.mcpsession.api;

/** How an OAuth 2 client authenticates (RFC 6749, section 2.3.1). Named as in a manifest. */
public enum ClientAuthentication {
  /** In the Authorization header. */
  basic,
  /** As client_id and client_secret in the body. */
  post
}
