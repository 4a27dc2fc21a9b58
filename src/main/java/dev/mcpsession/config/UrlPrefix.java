package dev.mcpsession.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL that allows itself and what is below it. Nothing is encoded in it and nothing can be read
 * in two ways, so that comparing is easy.
 */
final class UrlPrefix {
  static final String ALLOWED =
      "an absolute http or https URL such as https://git.example/login, without user information,"
          + " query, fragment, encoded characters and dot segments";

  private static final Pattern PATH =
      Pattern.compile("(?:/(?!\\.+(?:/|$))[A-Za-z0-9._~!$&'()*+,=:@-]++)*+/?");
  private static final Pattern PORT = Pattern.compile("(?::[1-9][0-9]{0,4})?");

  private UrlPrefix() {}

  /** Null when it is something else. */
  static @Nullable URI parse(String text) {
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      return null;
    }
    String host = uri.getHost();
    return host != null
            && hasScheme(uri)
            && uri.getRawAuthority().startsWith(host)
            && PORT.matcher(uri.getRawAuthority().substring(host.length())).matches()
            && uri.getPort() <= 0xffff
            && !host.endsWith(".")
            && host.indexOf('%') < 0
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && PATH.matcher(uri.getRawPath()).matches()
        ? uri
        : null;
  }

  static boolean isHttp(URI prefix) {
    return prefix.getScheme().equalsIgnoreCase("http");
  }

  /** Equal for two that allow the same. */
  static String sense(URI prefix) {
    int usual = isHttp(prefix) ? 80 : 443;
    return (prefix.getScheme() + "://" + prefix.getHost()).toLowerCase(Locale.ROOT)
        + ":"
        + (prefix.getPort() == -1 ? usual : prefix.getPort())
        + prefix.getRawPath().replaceFirst("/$", "");
  }

  private static boolean hasScheme(URI uri) {
    String scheme = uri.getScheme();
    return scheme != null && (scheme.equalsIgnoreCase("https") || isHttp(uri));
  }
}
