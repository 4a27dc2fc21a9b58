package dev.mcpsession.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An http or https URL in normal form, so that two can be compared. Anything that two programs
 * might read differently is not in normal form: user information, dot segments, encoded slashes,
 * path parameters, hosts that end with a dot.
 *
 * <p>A {@linkplain #parsePrefix prefix} allows itself and every URL below it. It must not have a
 * query or encoded characters either.
 */
public final class EndpointUrl {
  /** What {@link #parsePrefix} accepts, for people. */
  static final String ALLOWED_PREFIX =
      "an absolute http or https URL such as https://git.example/login, without user information,"
          + " query, fragment, encoded characters and dot segments";

  private static final Pattern SEGMENT =
      Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,=:@-]++|%[0-9A-Fa-f]{2})*+");
  private static final Pattern DOTS = Pattern.compile("\\.+");
  private static final Pattern ENCODED = Pattern.compile("%(..)");

  private final URI uri;
  private final String scheme;
  private final String host;
  private final int port;
  private final List<String> segments;

  /**
   * Takes a URI apart that is in normal form.
   *
   * @param segments of the path; the last is empty if the path ends with a slash
   */
  private EndpointUrl(URI uri, List<String> segments) {
    this.uri = uri;
    this.scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    this.host = uri.getHost().toLowerCase(Locale.ROOT);
    this.port = uri.getPort() != -1 ? uri.getPort() : isHttp() ? 80 : 443;
    this.segments = segments;
  }

  /** Null if the text is not a URL in normal form. */
  public static @Nullable EndpointUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      return null;
    }
    if (!isWeb(uri.getScheme()) || uri.getHost() == null || uri.getFragment() != null) {
      return null;
    }
    List<String> segments = segments(uri.getRawPath());
    return text.chars().allMatch(c -> 0x21 <= c && c <= 0x7e)
            && hasPlainAuthority(uri)
            && isNormal(segments)
        ? new EndpointUrl(uri, segments)
        : null;
  }

  /** Null if the text is not a URL in normal form, or not a {@linkplain #isPrefix prefix}. */
  public static @Nullable EndpointUrl parsePrefix(String text) {
    EndpointUrl url = parse(text);
    return url != null && url.isPrefix() ? url : null;
  }

  /** Whether it has neither a query nor encoded characters, so that it can be a prefix. */
  public boolean isPrefix() {
    return uri.getRawQuery() == null && uri.getRawPath().indexOf('%') < 0;
  }

  /** Whether another URL is the same or below, by whole segments of the path. */
  public boolean covers(EndpointUrl other) {
    // A slash at the end of a prefix says nothing that the whole segments do not.
    boolean endsWithSlash = !segments.isEmpty() && segments.getLast().isEmpty();
    List<String> prefix = endsWithSlash ? segments.subList(0, segments.size() - 1) : segments;
    return scheme.equals(other.scheme)
        && host.equals(other.host)
        && port == other.port
        && prefix.size() <= other.segments.size()
        && prefix.equals(other.segments.subList(0, prefix.size()));
  }

  /** Whether it leads to this machine: {@code localhost} or a loopback address. */
  boolean isLoopback() {
    return NoProxy.isLoopback(host);
  }

  public boolean isHttp() {
    return scheme.equals("http");
  }

  /** As it was written. */
  public URI uri() {
    return uri;
  }

  /** Scheme, host and a port that is not the usual one, in lower case (RFC 6454). */
  public String origin() {
    return scheme + "://" + hostAndPort();
  }

  /** The host and a port that is not the usual one, in lower case. */
  public String hostAndPort() {
    return port == (isHttp() ? 80 : 443) ? host : host + ":" + port;
  }

  /** For people: without the query, in which somebody may have put a key. */
  public String shown() {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  private static boolean isWeb(@Nullable String scheme) {
    return "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
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
          || !ENCODED.matcher(segment).results().allMatch(EndpointUrl::isHarmless)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether every program reads an encoded character the same way: printable, neither a part of the
   * path's grammar nor one that needs no encoding. Non-ASCII is left out, since overlong and
   * full-width forms of '.' and '/' have been read as those.
   */
  private static boolean isHarmless(MatchResult encoded) {
    int c = Integer.parseInt(encoded.group(1), 16);
    return 0x20 <= c && c < 0x7f && !Character.isLetterOrDigit(c) && "-._~/\\;%".indexOf(c) < 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EndpointUrl url && uri.equals(url.uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  @Override
  public String toString() {
    return shown();
  }
}
