package dev.mcpsession.text;

/**
 * Text of others, made fit to be quoted in a message. The API server stores it as it is, so that a
 * message that is read back equals the one that was written.
 */
public final class Excerpt {
  private static final char REPLACEMENT = '\uFFFD';

  private Excerpt() {}

  /**
   * Cuts between characters, never within one; half a character becomes U+FFFD, and a control
   * character a space, so that the text stays on one line.
   *
   * @param most characters (code points) of the result, including the ellipsis of a text that was
   *     cut; at least 1
   */
  public static String of(String text, int most) {
    StringBuilder excerpt = new StringBuilder(Math.min(text.length(), most));
    int end = 0;
    for (int taken = 0; end < text.length() && taken < most; taken++) {
      int character = text.codePointAt(end);
      end += Character.charCount(character);
      if (taken == most - 1 && end < text.length()) {
        return excerpt.append('…').toString();
      }
      excerpt.appendCodePoint(fit(character));
    }
    return excerpt.toString();
  }

  /**
   * The text as {@link OneLine} has it, cut.
   *
   * @param most as of {@link #of}
   */
  public static String ofLine(String text, int most) {
    return of(OneLine.of(text), most);
  }

  private static int fit(int character) {
    boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    return half ? REPLACEMENT : Character.isISOControl(character) ? ' ' : character;
  }
}
