package dev.mcpsession.signin.provider;

/** A provider did not do what was asked of it. The message is for users, and holds no secret. */
public final class ProviderException extends Exception {
  /** What is the matter. */
  public enum Kind {
    /** No answer, or one that says to try again. */
    AWAY,
    /** It does not accept the code, or says of nobody that it is theirs. */
    REFUSED,
    /** What came back is of another provider, or of another sign-in. */
    MISMATCH,
    /** The administrator has to correct something: the message says what. */
    MISCONFIGURED
  }

  private final Kind kind;

  /**
   * @param message a sentence or two for users
   */
  public ProviderException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
