package dev.mcpsession.gateway.auth;

/** What became of a request's token. */
public sealed interface Authentication {
  /** The token is good. */
  record Authenticated(Caller caller) implements Authentication {}

  /** There is no token (401 without an error code, RFC 6750 section 3.1). */
  record Missing() implements Authentication {}

  /**
   * The token is not to be accepted (401, invalid_token).
   *
   * @param defect for metrics
   * @param why for the log and for error_description, without anything of the token
   */
  record Rejected(TokenDefect defect, String why) implements Authentication {}

  /**
   * It cannot be judged now: its issuer's key is not known, and the issuer does not answer (503).
   */
  record Undecided(String why) implements Authentication {}
}
