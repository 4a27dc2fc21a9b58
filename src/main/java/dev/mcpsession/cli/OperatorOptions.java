package dev.mcpsession.cli;

import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.process.leader.Identity;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * The settings of the command line, besides the configuration file.
 *
 * @param namespaces the namespaces whose sessions to serve; empty: all
 * @param http where to serve health and metrics; port 0: any free port
 * @param leaderElection whether to take part in leader election
 * @param identity this process's identity among the replicas
 * @param ownNamespace the namespace of the Lease if the configuration names none
 * @param proxies through which authorization servers are reached
 */
public record OperatorOptions(
    Set<String> namespaces,
    InetSocketAddress http,
    boolean leaderElection,
    Identity identity,
    String ownNamespace,
    IssuerProxies proxies) {
  public OperatorOptions {
    namespaces = Set.copyOf(namespaces);
  }

  /**
   * For a process without replicas that serves all namespaces, with HTTP on a free loopback port.
   */
  public static OperatorOptions alone() {
    return new OperatorOptions(
        Set.of(),
        new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0),
        false,
        Identity.of(null, "localhost"),
        "default",
        IssuerProxies.none());
  }
}
