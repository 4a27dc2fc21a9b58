package dev.mcpsession.signin.identity;

/** Codes of OAuth errors, named as they are sent; the RFC says when. */
public enum OAuthErrorCode {
  /** RFC 6749: malformed, or a parameter is missing or there twice. */
  invalid_request,
  /** RFC 6749: the client is not known, or tries to authenticate. */
  invalid_client,
  /** RFC 6749: code or refresh token is not good, or of another client. */
  invalid_grant,
  /** RFC 6749: neither a code nor a refresh token. */
  unsupported_grant_type,
  /** RFC 6749: something else than a code is asked for. */
  unsupported_response_type,
  /** RFC 6749: not a scope, or one that was not granted. */
  invalid_scope,
  /** RFC 8707: the resource is missing, not one of the gateway's, or not the granted one. */
  invalid_target,
  /** OpenID Connect Core: a request object was sent. */
  request_not_supported,
  /** OpenID Connect Core: the user has to be asked, and may not be. */
  interaction_required,
  /** RFC 6749: the user said no. */
  access_denied,
  /** RFC 6749: something broke. */
  server_error,
  /** RFC 6749: trying again may help. */
  temporarily_unavailable,
  /** RFC 7591: a redirect URI that is not allowed. */
  invalid_redirect_uri,
  /** RFC 7591: what a client says of itself cannot be used. */
  invalid_client_metadata
}
