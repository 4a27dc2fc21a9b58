package dev.mcpsession.token;

/** A token and what may be shown of it. */
public final class Token {
  private final String value;
  private final TokenInfo info;

  public Token(String value, TokenInfo info) {
    this.value = value;
    this.info = info;
  }

  /** For the token Secret and nothing else. */
  public String value() {
    return value;
  }

  public TokenInfo info() {
    return info;
  }

  /** Leaves the value out, so that no log line or exception can carry it. */
  @Override
  public String toString() {
    return "Token[" + info + "]";
  }
}
