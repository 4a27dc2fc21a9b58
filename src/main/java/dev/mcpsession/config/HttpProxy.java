package dev.mcpsession.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy, as a variable such as HTTPS_PROXY names it.
 *
 * @param host without brackets if it is an IPv6 address
 * @param user null: the proxy wants no credentials
 * @param password null: the proxy wants no credentials
 */
public record HttpProxy(String host, int port, @Nullable String user, @Nullable String password) {
  private static final int DEFAULT_PORT = 80;

  /** The user information ends at the last at sign: a password may contain some, too. */
  private static final Pattern URL =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
              + "(?:(?<user>[^/?#\\s]*)@)?"
              + "(?:\\[(?<ipv6>[0-9A-Fa-f:.]+)]|(?<host>[^\\s/?#@:\\[\\]]+))"
              + "(?::(?<port>[0-9]{1,5}))?"
              + "/?");

  /**
   * Parses a URL such as {@code http://user:password@proxy.example:3128}; the scheme may be left
   * out.
   *
   * @return null if it is not the URL of an HTTP proxy
   */
  static @Nullable HttpProxy parse(String url) {
    Matcher parts = URL.matcher(url.strip());
    if (!parts.matches()) {
      return null;
    }
    String scheme = parts.group("scheme");
    int port = parts.group("port") == null ? DEFAULT_PORT : Integer.parseInt(parts.group("port"));
    if ((scheme != null && !scheme.toLowerCase(Locale.ROOT).equals("http"))
        || port < 1
        || port > 65535) {
      return null;
    }
    String host = parts.group("ipv6") == null ? parts.group("host") : parts.group("ipv6");
    String userInfo = parts.group("user");
    if (userInfo == null) {
      return new HttpProxy(host, port, null, null);
    }
    int colon = userInfo.indexOf(':');
    String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
    String password = decoded(colon < 0 ? "" : userInfo.substring(colon + 1));
    // A user with a colon cannot be told from the password (RFC 7617, section 2).
    return user == null || password == null || user.indexOf(':') >= 0
        ? null
        : new HttpProxy(host, port, user, password);
  }

  /** Without percent-encoding; null if that is malformed. */
  private static @Nullable String decoded(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        bytes.put(encoded[i]);
        continue;
      }
      int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
      int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      bytes.put((byte) (high * 16 + low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The value of the header Proxy-Authorization; null if the proxy wants no credentials. */
  public @Nullable String authorization() {
    return user == null
        ? null
        : "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Host and port, without the credentials. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
