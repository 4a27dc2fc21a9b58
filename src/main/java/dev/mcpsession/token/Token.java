package dev.mcpsession.token;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A token, and what may be shown about it. */
public final class Token {
  private static final String MASK = "[token]";

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

  /** The text without the value, also where it is encoded as in the data of a Secret. */
  public String maskedIn(String text) {
    String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    return value.isEmpty() ? text : text.replace(value, MASK).replace(encoded, MASK);
  }

  /** Leaves the value out, so that it appears in no log line and no exception. */
  @Override
  public String toString() {
    return "Token[" + info + "]";
  }
}
