package dev.mcpsession.text;

/**
 * Text that stays on one line and says nothing to a terminal. Whoever writes a line break into a
 * message could otherwise forge the next line of a log.
 */
public final class OneLine {
  private OneLine() {}

  /**
   * The text with each run of white space as one space, and what would control a terminal, turn the
   * direction of writing or is half a character as an escape such as {@code \\u001b}.
   */
  public static String of(String text) {
    if (text.codePoints().noneMatch(OneLine::isUnfit)) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(character -> append(line, character));
    return line.toString().strip();
  }

  private static void append(StringBuilder line, int character) {
    if (!isUnfit(character)) {
      line.appendCodePoint(character);
    } else if (!isBreak(character)) {
      line.append(String.format("\\u%04x", character));
    } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
      line.append(' ');
    }
  }

  private static boolean isUnfit(int character) {
    return isBreak(character)
        || Character.isISOControl(character)
        || (character >= 0x202a && character <= 0x202e)
        || (character >= 0x2066 && character <= 0x2069)
        || Character.getType(character) == Character.SURROGATE;
  }

  private static boolean isBreak(int character) {
    return (character >= '\t' && character <= '\r')
        || character == 0x85
        || character == 0x2028
        || character == 0x2029;
  }
}
