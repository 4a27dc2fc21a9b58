package dev.mcpsession.signin.web;

import dev.mcpsession.gateway.site.SiteRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The gateway's cookies (RFC 6265): not to be read by scripts, not sent with what other sites post,
 * and over https of this very host (the prefix {@code __Host-}), so that no neighbour can set them.
 *
 * @param isSecure false only for a gateway on loopback without TLS, for tests
 */
public record Cookies(boolean isSecure) {
  private static final String PREFIX = "__Host-";

  /** Others are not of this site, and no answer could name them (RFC 6265, section 4.1.1). */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /** All of a request that have the prefix, by their names without it; the first of a name. */
  public Map<String, String> of(SiteRequest request) {
    Map<String, String> found = new LinkedHashMap<>();
    String prefix = isSecure ? PREFIX : "";
    for (String header : request.headers("Cookie")) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? "" : pair.substring(0, equals).strip();
        if (name.startsWith(prefix) && NAME.matcher(name).matches()) {
          found.putIfAbsent(name.substring(prefix.length()), pair.substring(equals + 1).strip());
        }
      }
    }
    return found;
  }

  /** One of a request. */
  public Optional<String> find(SiteRequest request, String name) {
    return Optional.ofNullable(of(request).get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * The value of Set-Cookie.
   *
   * @param age after which the browser forgets it; zero: at once
   */
  public String set(String name, String value, Duration age) {
    return (isSecure ? PREFIX : "")
        + name
        + "="
        + value
        + "; Path=/; Max-Age="
        + age.toSeconds()
        + "; HttpOnly; SameSite=Lax"
        + (isSecure ? "; Secure" : "");
  }

  /** The value of Set-Cookie that takes a cookie away. */
  public String drop(String name) {
    return set(name, "", Duration.ZERO);
  }
}
