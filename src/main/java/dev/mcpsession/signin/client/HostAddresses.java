package dev.mcpsession.signin.client;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves the name of a host. May block for as long as the resolver of the system takes. */
@FunctionalInterface
interface HostAddresses {
  /**
   * At least one address.
   *
   * @throws UnknownHostException if it has none, or that cannot be said now
   */
  InetAddress[] of(String host) throws UnknownHostException;
}
