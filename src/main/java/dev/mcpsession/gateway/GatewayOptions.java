package dev.mcpsession.gateway;

import dev.mcpsession.config.Authority;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the command line, besides the configuration file.
 *
 * @param namespaces whose templates and sessions to serve; empty: all
 * @param http where MCP clients come in; port 0: any free port
 * @param management where to serve health and metrics; port 0: any free port
 * @param advertise where other replicas reach this one; empty: the address of {@code http}, or the
 *     machine's own
 * @param insecureUser whom everybody is taken for; empty: tokens say it
 * @param loadBalancerDelay how long requests are taken after the end began, until load balancers
 *     send no more
 */
public record GatewayOptions(
    Set<String> namespaces,
    InetSocketAddress http,
    InetSocketAddress management,
    Optional<Authority> advertise,
    Optional<String> insecureUser,
    Duration loadBalancerDelay) {
  public GatewayOptions {
    namespaces = Set.copyOf(namespaces);
  }
}
