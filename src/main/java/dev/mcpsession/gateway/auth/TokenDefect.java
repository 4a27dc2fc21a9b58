package dev.mcpsession.gateway.auth;

/** Why a token is not accepted, named as in the metric mcpsession_gateway_rejected_total. */
public enum TokenDefect {
  /** Longer than any token should be. */
  token_too_long,
  /** No signed JWT, or one whose header or claims cannot be read. */
  token_malformed,
  /** An ID token, or another one that is no access token. */
  token_type,
  /** A critical header, which nobody here understands (RFC 7515, section 4.1.11). */
  token_critical_header,
  /** Of an issuer that is not configured. */
  token_issuer,
  /** Signed with an algorithm that is not one of the issuer's keys. */
  token_algorithm,
  /** Signed with a key that the issuer does not publish. */
  token_key,
  /** Not signed with the key that it names. */
  token_signature,
  /** Meant for somebody else. */
  token_audience,
  /** Over. */
  token_expired,
  /** Not yet valid. */
  token_not_yet_valid,
  /** Bound to a key or certificate of its holder, which nobody has checked. */
  token_bound,
  /** Without an expiry, a subject or the issuer's user claim, or with one that cannot be used. */
  token_claims,
  /** Of a sign-in at the gateway that has ended: by sign-out, by its limits, or with its grant. */
  token_sign_in_ended
}
