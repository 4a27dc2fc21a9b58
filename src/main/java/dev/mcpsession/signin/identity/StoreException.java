package dev.mcpsession.signin.identity;

/** The API server did not answer, or refused. The message is for the log and for people. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isAway;

  /**
   * @param isAway whether trying again may help
   */
  public StoreException(String message, boolean isAway, Throwable cause) {
    super(message, cause);
    this.isAway = isAway;
  }

  /** As the other, of a failure that may repeat what is in a Secret. */
  public StoreException(String message, boolean isAway) {
    super(message);
    this.isAway = isAway;
  }

  /** Whether trying again may help (503), since the API server did not answer. */
  public boolean isAway() {
    return isAway;
  }
}
