package dev.mcpsession.gateway.route;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a server's request, or the progress token in it, as a legacy client sees it: the JSON
 * string {@code <revision>.<id as JSON>}, such as {@code "3.7"} for 7. Servers count from the same
 * number, and a client may know two of them.
 *
 * @param revision of the backend that asked
 * @param json the id as the backend wrote it: a string or a number
 */
public record ServerRequestId(int revision, String json) {
  private static final Pattern FORM =
      Pattern.compile(
          "([1-9][0-9]{0,9})\\.(-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
              + "|\"(?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*+\")");

  /** What stands before the backend's own id. */
  public static String prefix(int revision) {
    return revision + ".";
  }

  /** The id for the client, as JSON. */
  public String toClient() {
    return JsonText.quoted(prefix(revision) + json);
  }

  /**
   * Reads what a client sent back.
   *
   * @param text the string that it sent, without quotes and escapes
   */
  public static Optional<ServerRequestId> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long revision = Long.parseLong(parts.group(1));
    return revision > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new ServerRequestId((int) revision, parts.group(2)));
  }
}
