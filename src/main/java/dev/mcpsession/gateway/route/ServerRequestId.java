package dev.mcpsession.gateway.route;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a server's request, or the progress token in it, as a legacy client sees it: the JSON
 * string {@code <backend session>.<id as JSON>}, such as {@code "3.7"} for 7. Servers count from
 * the same number in each session, and a client may know two of them.
 *
 * @param asker the backend session that asked, in the form of {@link Incarnation}
 * @param json the id as the backend wrote it: a string or a number
 */
public record ServerRequestId(Incarnation asker, String json) {
  private static final Pattern FORM =
      Pattern.compile(
          "("
              + Incarnation.FORM
              + ")\\.(-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
              + "|\"(?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*+\")");

  /** The id for the client, as JSON. */
  public String toClient() {
    return JsonText.quoted(asker.text() + "." + json);
  }

  /**
   * Reads what a client sent back.
   *
   * @param text the string that it sent, without quotes and escapes
   */
  public static Optional<ServerRequestId> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Incarnation.parse(parts.group(1)).map(it -> new ServerRequestId(it, parts.group(2)))
        : Optional.empty();
  }
}
