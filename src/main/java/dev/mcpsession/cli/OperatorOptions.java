package dev.mcpsession.cli;

import dev.mcpsession.process.leader.Identity;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * What the command line says beside the configuration file.
 *
 * @param namespaces whose sessions to serve; empty: all
 * @param http where to serve health and metrics; port 0: any that is free
 * @param leaderElection whether other replicas are reckoned with
 * @param identity among the replicas
 * @param ownNamespace where the Lease goes when the configuration does not say
 */
public record OperatorOptions(
    Set<String> namespaces,
    InetSocketAddress http,
    boolean leaderElection,
    Identity identity,
    String ownNamespace) {
  public OperatorOptions {
    namespaces = Set.copyOf(namespaces);
  }

  /**
   * A process that is alone, serves all namespaces and answers on a free port of this machine only.
   */
  public static OperatorOptions alone() {
    return new OperatorOptions(
        Set.of(),
        new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0),
        false,
        Identity.of(null, "localhost"),
        "default");
  }
}
