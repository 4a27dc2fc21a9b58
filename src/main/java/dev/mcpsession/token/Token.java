package dev.mcpsession.token;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A token, and what may be shown about it. */
public final class Token {
  private static final String MASK = "[token]";

  /**
   * A shorter value may be a part of any word, and masking it there would make a text unreadable.
   */
  private static final int SHORTEST_WITHIN_WORDS = 8;

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

  /**
   * The text without the value, also where it is encoded as in the data of a Secret. A value of
   * less than 8 characters is masked only where it is a word of its own.
   */
  public String maskedIn(String text) {
    if (value.isEmpty()) {
      return text;
    }
    String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    String either = "(?:" + Pattern.quote(value) + "|" + Pattern.quote(encoded) + ")";
    String masked =
        value.length() < SHORTEST_WITHIN_WORDS
            ? "(?<![\\p{L}\\p{N}])" + either + "(?![\\p{L}\\p{N}])"
            : either;
    return text.replaceAll(masked, Matcher.quoteReplacement(MASK));
  }

  /** Leaves the value out, so that it appears in no log line and no exception. */
  @Override
  public String toString() {
    return "Token[" + info + "]";
  }
}
