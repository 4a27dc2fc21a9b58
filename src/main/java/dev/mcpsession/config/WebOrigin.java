package dev.mcpsession.config;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An origin as browsers send it (RFC 6454 section 6.2): scheme, host and port. Two that differ in
 * case, or in whether the scheme's own port is written, are equal. The opaque origin {@code null}
 * is none.
 *
 * @param scheme lower case
 * @param authority without the port that the scheme has by itself
 */
public record WebOrigin(String scheme, Authority authority) {
  private static final Pattern SYNTAX =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]{0,62})://(?<authority>[^/?#@\\\\\\s]+)");

  /** Null if the text is not an origin: a path, even a slash, makes it a URL. */
  public static @Nullable WebOrigin parse(String text) {
    Matcher parts = SYNTAX.matcher(text);
    Authority authority = parts.matches() ? Authority.parse(parts.group("authority")) : null;
    return authority == null ? null : of(parts.group("scheme"), authority);
  }

  /**
   * The origin of a page at this URL.
   *
   * @throws IllegalArgumentException if it has no host
   */
  public static WebOrigin of(URI url) {
    Authority authority =
        url.getRawAuthority() == null ? null : Authority.parse(url.getRawAuthority());
    if (url.getScheme() == null || authority == null) {
      throw new IllegalArgumentException("a URL without a host has no origin");
    }
    return of(url.getScheme(), authority);
  }

  /** The origin of a page of this scheme and authority. */
  public static WebOrigin of(String scheme, Authority authority) {
    String lower = scheme.toLowerCase(Locale.ROOT);
    int usual =
        switch (lower) {
          case "http" -> 80;
          case "https" -> 443;
          default -> -1;
        };
    return new WebOrigin(
        lower, authority.port() == usual ? new Authority(authority.host(), -1) : authority);
  }

  @Override
  public String toString() {
    return scheme + "://" + authority;
  }
}
