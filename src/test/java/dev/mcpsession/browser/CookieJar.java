package dev.mcpsession.browser;

import java.net.HttpCookie;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cookies as browsers keep them, without domains and expiry: of a host with all its ports, and
 * loopback is as good as https.
 */
final class CookieJar {
  private record Cookie(String host, String path, boolean secure, String name, String value) {}

  private final List<Cookie> cookies = new ArrayList<>();

  void keep(URI from, List<String> setCookies) {
    for (String line : setCookies) {
      HttpCookie parsed = HttpCookie.parse("Set-Cookie: " + line).getFirst();
      String path = parsed.getPath() == null ? "/" : parsed.getPath();
      checkPrefix(parsed, path, line);
      cookies.removeIf(
          known ->
              known.host().equals(from.getHost())
                  && known.path().equals(path)
                  && known.name().equals(parsed.getName()));
      if (parsed.getMaxAge() != 0 && (!parsed.getSecure() || isTrustworthy(from))) {
        cookies.add(
            new Cookie(
                from.getHost(), path, parsed.getSecure(), parsed.getName(), parsed.getValue()));
      }
    }
  }

  /** A browser drops such a cookie without a word. */
  private static void checkPrefix(HttpCookie cookie, String path, String line) {
    if (cookie.getName().startsWith("__Host-")
        && (!cookie.getSecure() || !path.equals("/") || cookie.getDomain() != null)) {
      throw new AssertionError("No browser keeps this cookie: " + line);
    }
  }

  Map<String, String> of(URI to) {
    String path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
    Map<String, String> sent = new LinkedHashMap<>();
    for (Cookie cookie : cookies) {
      if (cookie.host().equals(to.getHost())
          && isBelow(path, cookie.path())
          && (!cookie.secure() || isTrustworthy(to))) {
        sent.put(cookie.name(), cookie.value());
      }
    }
    return sent;
  }

  /** RFC 6265, section 5.1.4. */
  private static boolean isBelow(String path, String cookiePath) {
    return path.equals(cookiePath)
        || path.startsWith(cookiePath.endsWith("/") ? cookiePath : cookiePath + "/");
  }

  private static boolean isTrustworthy(URI uri) {
    return "https".equals(uri.getScheme())
        || uri.getHost().equals("localhost")
        || uri.getHost().equals("127.0.0.1");
  }
}
