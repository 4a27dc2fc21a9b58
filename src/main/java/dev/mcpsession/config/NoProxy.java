package dev.mcpsession.config;

import java.math.BigInteger;
import java.net.IDN;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that are reached without a proxy, as Go's httpproxy reads NO_PROXY: {@code *}; domains,
 * which cover themselves and what is below them; {@code .example.com} and {@code *.example.com},
 * which cover only what is below; IP addresses; networks such as {@code 10.0.0.0/8}. All but
 * networks may have a port. Addresses and networks concern only URLs that name an address: no name
 * is resolved.
 */
final class NoProxy {
  private static final Pattern DOMAIN = Pattern.compile("(?:\\*\\.|\\.)?(?!\\.)[^\\s*/@:\\[\\]]+");

  private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  private final List<Entry> entries;

  private NoProxy(List<Entry> entries) {
    this.entries = entries;
  }

  /** What a request goes to; the host is in lower case. */
  private record Target(String host, @Nullable InetAddress address, int port) {}

  @FunctionalInterface
  private interface Entry {
    boolean covers(Target target);
  }

  /**
   * Reads a list, separated by commas.
   *
   * @param variable its name, for messages
   * @param problems gets a sentence for each entry that is malformed; it does not repeat the entry,
   *     which may be a proxy's URL with a password
   */
  static NoProxy parse(String variable, String list, List<String> problems) {
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String part : list.split(",", -1)) {
      number++;
      String text = part.strip().toLowerCase(Locale.ROOT);
      if (text.isEmpty()) {
        continue;
      }
      Entry entry = entry(text);
      if (entry == null) {
        problems.add(
            variable
                + ", entry "
                + number
                + " is neither a domain such as .example.com, an IP address, a network such as"
                + " 10.0.0.0/8 nor *; correct it (entries are separated by commas)");
      } else {
        entries.add(entry);
      }
    }
    return new NoProxy(entries);
  }

  private static @Nullable Entry entry(String text) {
    if (text.equals("*")) {
      return target -> true;
    }
    int slash = text.indexOf('/');
    if (slash >= 0) {
      return network(text.substring(0, slash), text.substring(slash + 1));
    }
    InetAddress whole = address(unbracketed(text));
    if (whole != null) {
      return target -> whole.equals(target.address());
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    if (colon >= 0 && !PORT.matcher(text.substring(colon + 1)).matches()) {
      return null;
    }
    int port = colon < 0 ? -1 : Integer.parseInt(text.substring(colon + 1));
    InetAddress address = address(unbracketed(host));
    if (address != null) {
      return target -> address.equals(target.address()) && isPort(port, target);
    }
    return port == 0 || port > 65535 ? null : domain(host, port);
  }

  private static @Nullable Entry domain(String text, int port) {
    if (!DOMAIN.matcher(text).matches()) {
      return null;
    }
    boolean below = text.startsWith(".") || text.startsWith("*.");
    String name;
    try {
      name = IDN.toASCII(text.substring(text.indexOf('.') == 0 ? 1 : below ? 2 : 0));
    } catch (IllegalArgumentException e) {
      return null;
    }
    return target ->
        (target.host().endsWith("." + name) || (!below && target.host().equals(name)))
            && isPort(port, target);
  }

  private static @Nullable Entry network(String prefix, String length) {
    InetAddress network = address(prefix);
    if (network == null || !length.matches("[0-9]{1,3}")) {
      return null;
    }
    int bits = network.getAddress().length * 8;
    int kept = Integer.parseInt(length);
    if (kept > bits) {
      return null;
    }
    return target ->
        target.address() != null
            && target.address().getAddress().length * 8 == bits
            && number(network)
                .shiftRight(bits - kept)
                .equals(number(target.address()).shiftRight(bits - kept));
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static boolean isPort(int port, Target target) {
    return port < 0 || port == target.port();
  }

  /** Whether a host and port are reached without a proxy. */
  boolean covers(String host, int port) {
    String name = unbracketed(host.toLowerCase(Locale.ROOT));
    Target target = new Target(name, address(name), port);
    return entries.stream().anyMatch(entry -> entry.covers(target));
  }

  /** A host is this one: {@code localhost} or a loopback address, which no proxy could reach. */
  static boolean isLoopback(String host) {
    String name = unbracketed(host.toLowerCase(Locale.ROOT));
    InetAddress address = address(name);
    return name.equals("localhost") || (address != null && address.isLoopbackAddress());
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** An address that is written as such; null for a name. Resolves nothing. */
  private static @Nullable InetAddress address(String text) {
    if (text.indexOf(':') < 0 && !IPV4.matcher(text).matches()) {
      return null; // Java takes a single number for an address, too
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
