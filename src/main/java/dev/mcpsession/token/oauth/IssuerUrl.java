package dev.mcpsession.token.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An http or https URL taken apart, so that two can be compared. Only one in normal form can be:
 * what two programs might read differently (user information, dot segments, encoded slashes, path
 * parameters, hosts with a dot at the end) is no such URL.
 *
 * @param scheme in lower case
 * @param host in lower case
 * @param port the scheme's own if the URL names none
 * @param segments of the path; the last is empty if the path ends with a slash
 */
record IssuerUrl(URI uri, String scheme, String host, int port, List<String> segments) {
  private static final Pattern SEGMENT =
      Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,=:@-]++|%[0-9A-Fa-f]{2})*+");
  private static final Pattern DOTS = Pattern.compile("\\.+");
  private static final Pattern ENCODED = Pattern.compile("%(..)");

  /** Null when it is not in normal form. */
  static @Nullable IssuerUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      return null;
    }
    if (uri.getScheme() == null || uri.getHost() == null || uri.getFragment() != null) {
      return null;
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return null;
    }
    List<String> segments = segments(uri.getRawPath());
    if (!text.chars().allMatch(c -> 0x21 <= c && c <= 0x7e)
        || !hasPlainAuthority(uri)
        || !isNormal(segments)) {
      return null;
    }
    int port = uri.getPort() != -1 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return new IssuerUrl(uri, scheme, uri.getHost().toLowerCase(Locale.ROOT), port, segments);
  }

  /** Whether another is the same or below, by whole segments of the path. */
  boolean covers(IssuerUrl other) {
    List<String> own = segments.reversed();
    // A slash at the end of a prefix says nothing that the whole segments do not.
    List<String> prefix =
        own.isEmpty() || !own.getFirst().isEmpty()
            ? segments
            : segments.subList(0, segments.size() - 1);
    return scheme.equals(other.scheme)
        && host.equals(other.host)
        && port == other.port
        && prefix.size() <= other.segments.size()
        && prefix.equals(other.segments.subList(0, prefix.size()));
  }

  /** For people: without the query, in which somebody may have put a key. */
  static String shown(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  private static List<String> segments(String path) {
    return path.isEmpty() || path.equals("/")
        ? List.of()
        : Arrays.asList(path.substring(1).split("/", -1));
  }

  /** A host and, written as usual, a port. */
  private static boolean hasPlainAuthority(URI uri) {
    String host = uri.getHost();
    int port = uri.getPort();
    return uri.getRawAuthority().equals(port == -1 ? host : host + ":" + port)
        && port != 0
        && port <= 0xffff
        && !host.endsWith(".")
        && host.indexOf('%') < 0;
  }

  private static boolean isNormal(List<String> segments) {
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean isEmptyWithin = segment.isEmpty() && i < segments.size() - 1;
      if (isEmptyWithin
          || !SEGMENT.matcher(segment).matches()
          || DOTS.matcher(segment).matches()
          || !ENCODED.matcher(segment).results().allMatch(IssuerUrl::isHarmless)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether an encoded character means the same to everybody: printable, and neither a part of the
   * path's grammar nor one that needs no encoding. Non-ASCII is left out, since overlong and
   * full-width forms of '.' and '/' have been read as those.
   */
  private static boolean isHarmless(MatchResult encoded) {
    int c = Integer.parseInt(encoded.group(1), 16);
    return 0x20 <= c && c < 0x7f && !Character.isLetterOrDigit(c) && "-._~/\\;%".indexOf(c) < 0;
  }
}
