package dev.mcpsession.config;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and perhaps a port, as the header Host and an Origin hold them (RFC 3986 section 3.2,
 * without user information). Two that differ in case, or in how an IPv6 address is written, are
 * equal.
 *
 * @param host lower case; an IPv6 address in brackets
 * @param port -1: none is given
 */
public record Authority(String host, int port) {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?<host>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\\[(?<ipv6>[0-9A-Fa-f:.]{2,45})])"
              + "(?::(?<port>[0-9]{1,5}))?");

  /** Null if the text is not a host with or without a port. A host that ends with a dot is none. */
  public static @Nullable Authority parse(String text) {
    Matcher parts = SYNTAX.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    int port = parts.group("port") == null ? -1 : Integer.parseInt(parts.group("port"));
    String host = parts.group("host").toLowerCase(Locale.ROOT);
    if (parts.group("ipv6") != null) {
      try {
        host = "[" + InetAddress.ofLiteral(parts.group("ipv6")).getHostAddress() + "]";
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return port == 0 || port > 65535 ? null : new Authority(host, port);
  }

  /** Whether the host is {@code localhost} or a loopback address. Resolves nothing. */
  public boolean isLoopback() {
    return NoProxy.isLoopback(host);
  }

  @Override
  public String toString() {
    return port < 0 ? host : host + ":" + port;
  }
}
