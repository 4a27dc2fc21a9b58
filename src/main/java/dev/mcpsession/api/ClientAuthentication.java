package dev.mcpsession.api;

/**
 * How an OAuth 2 client authenticates (RFC 6749, sections 2.3.1 and 3.2.1). Named as in a manifest.
 */
public enum ClientAuthentication {
  /** In the Authorization header. */
  basic,
  /** As client_id and client_secret in the body. */
  post,
  /** Not at all: a public client, which has no secret and sends its client_id in the body. */
  none
}
