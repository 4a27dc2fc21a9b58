package dev.mcpsession.signin.client;

import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.WebOrigin;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * PURE. A client id that is the URL of a client id metadata document
 * (draft-ietf-oauth-client-id-metadata-document, section 3).
 *
 * @param uri https, with a path, without user information, fragment and dot segments
 */
record DocumentUrl(URI uri) {
  /** In characters. */
  private static final int LONGEST = 512;

  /** Whether a client id is meant as a URL. */
  static boolean isMeant(String clientId) {
    String lower = clientId.toLowerCase(Locale.ROOT);
    return lower.startsWith("https:") || lower.startsWith("http:");
  }

  /**
   * Takes a client id apart; never throws.
   *
   * @param allowHttp whether it may be http
   * @return empty: it is not such a URL
   */
  static Optional<DocumentUrl> parse(String clientId, boolean allowHttp) {
    EndpointUrl url = clientId.length() > LONGEST ? null : EndpointUrl.parse(clientId);
    if (url == null || (url.isHttp() && !allowHttp)) {
      return Optional.empty();
    }
    URI uri = url.uri();
    boolean hasPath = uri.getRawPath().length() > 1;
    // No certificate is worth anything for an address that may be another's tomorrow.
    return hasPath && !uri.getHost().startsWith("[")
        ? Optional.of(new DocumentUrl(uri))
        : Optional.empty();
  }

  /** The client id. */
  String text() {
    return uri.toString();
  }

  boolean isHttps() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  int port() {
    return uri.getPort() >= 0 ? uri.getPort() : isHttps() ? 443 : 80;
  }

  /** For people: host, and a port that is not the usual one. */
  String shownHost() {
    return WebOrigin.of(uri).authority().toString();
  }

  /** The last two labels of the host: what belongs together is mostly behind one owner. */
  String domain() {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    int last = host.lastIndexOf('.');
    return host.substring(host.lastIndexOf('.', last - 1) + 1);
  }
}
