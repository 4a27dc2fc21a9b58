package dev.mcpsession.signin.client;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * PURE. Which addresses are of the public internet. Somebody who chooses a client id chooses what
 * the gateway connects to, and must not get at what only the gateway can reach: the cluster, the
 * node, a cloud's metadata service.
 */
final class PublicAddress {
  /**
   * What the IANA registries of special-purpose addresses have as not global, and multicast.
   * 168.63.129.16 looks public, but is a service of Azure's hosts.
   */
  private static final List<Network> NOT_PUBLIC =
      List.of(
          network("0.0.0.0", 8),
          network("10.0.0.0", 8),
          network("100.64.0.0", 10),
          network("127.0.0.0", 8),
          network("168.63.129.16", 32),
          network("169.254.0.0", 16),
          network("172.16.0.0", 12),
          network("192.0.0.0", 24),
          network("192.0.2.0", 24),
          network("192.88.99.0", 24),
          network("192.168.0.0", 16),
          network("198.18.0.0", 15),
          network("198.51.100.0", 24),
          network("203.0.113.0", 24),
          network("224.0.0.0", 3),
          network("2001::", 23),
          network("2001:db8::", 32),
          network("2002::", 16),
          network("3fff::", 20));

  /** All of IPv6 that is given out; the rest is loopback, private, link-local or multicast. */
  private static final Network GIVEN_OUT = network("2000::", 3);

  /** IPv4 through a translator, where a Pod has IPv6 only (RFC 6052). */
  private static final Network TRANSLATED = network("64:ff9b::", 96);

  private PublicAddress() {}

  private record Network(InetAddress prefix, int length) {
    boolean holds(InetAddress address) {
      int bits = prefix.getAddress().length * Byte.SIZE;
      return address.getAddress().length * Byte.SIZE == bits
          && number(address)
              .shiftRight(bits - length)
              .equals(number(prefix).shiftRight(bits - length));
    }

    private static BigInteger number(InetAddress address) {
      return new BigInteger(1, address.getAddress());
    }
  }

  private static Network network(String prefix, int length) {
    return new Network(InetAddress.ofLiteral(prefix), length);
  }

  /** Whether an address is public; an IPv4 address that is wrapped in IPv6 counts as itself. */
  static boolean is(InetAddress address) {
    if (TRANSLATED.holds(address)) {
      return is(embedded(address));
    }
    return NOT_PUBLIC.stream().noneMatch(network -> network.holds(address))
        && (!(address instanceof Inet6Address) || GIVEN_OUT.holds(address));
  }

  private static InetAddress embedded(InetAddress address) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("Four bytes are no address", e);
    }
  }
}
