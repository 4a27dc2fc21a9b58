package dev.mcpsession.gateway.auth;

/** A token that is not to be accepted. Without a stack trace, since anybody can cause it. */
public final class TokenRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final TokenDefect defect;

  /**
   * @param why without anything of the token
   */
  public TokenRefusedException(TokenDefect defect, String why) {
    super(why, null, false, false);
    this.defect = defect;
  }

  /** As the outcome of a request. */
  public Authentication.Rejected rejected() {
    return new Authentication.Rejected(defect, String.valueOf(getMessage()));
  }
}
