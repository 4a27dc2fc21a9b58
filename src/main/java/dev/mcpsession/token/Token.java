package dev.mcpsession.token;

/** A token, and what may be shown about it. */
public final class Token {
  private final String value;
  private final TokenInfo info;

  public Token(String value, TokenInfo info) {
    this.value = value;
    this.info = info;
  }

  /** The token itself: to be written to the token Secret and used for nothing else. */
  public String value() {
    return value;
  }

  public TokenInfo info() {
    return info;
  }

  /** Leaves the value out, so that it appears in no log line and no exception. */
  @Override
  public String toString() {
    return "Token[" + info + "]";
  }
}
