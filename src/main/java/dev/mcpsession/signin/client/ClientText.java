package dev.mcpsession.signin.client;

import dev.mcpsession.text.Excerpt;
import org.jspecify.annotations.Nullable;

/** The name of a client, which anybody may have chosen, fit to stand on a page for consent. */
final class ClientText {
  /** In characters. */
  private static final int LONGEST_NAME = 100;

  private static final String UNNAMED = "Unnamed client";

  private ClientText() {}

  /**
   * Without what is invisible, controls or turns the direction of writing; on one line; cut. Never
   * blank.
   */
  static String name(@Nullable String given) {
    if (given == null) {
      return UNNAMED;
    }
    StringBuilder visible = new StringBuilder();
    given
        .codePoints()
        .forEach(
            character -> {
              if (isSpace(character)) {
                visible.append(' ');
              } else if (isVisible(character)) {
                visible.appendCodePoint(character);
              }
            });
    String name = visible.toString().replaceAll(" {2,}", " ").strip();
    return name.isEmpty() ? UNNAMED : Excerpt.of(name, LONGEST_NAME);
  }

  /** Line breaks and tabs among it, lest words run together. */
  private static boolean isSpace(int character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
