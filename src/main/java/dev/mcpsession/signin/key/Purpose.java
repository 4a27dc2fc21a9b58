package dev.mcpsession.signin.key;

/** What a value is sealed or authenticated for; for another purpose it is worth nothing. */
public enum Purpose {
  /** A client id that stands for what the client has registered. */
  CLIENT,
  /** A request for authorization that waits for the user's consent, in a form. */
  CONSENT,
  /** Which clients a user agent has consented to, in a cookie. */
  CONSENTED,
  /** A request for authorization that waits for a provider, in a cookie. */
  PENDING,
  /** An authorization code. */
  CODE,
  /** A refresh token; authenticated, not sealed. */
  REFRESH,
  /** A cookie of the account page: one that was made up costs no request to the API server. */
  ACCOUNT
}
