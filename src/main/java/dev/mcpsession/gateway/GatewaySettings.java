package dev.mcpsession.gateway;

import dev.mcpsession.config.Authority;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.auth.IssuerSettings;
import dev.mcpsession.gateway.auth.TokenSettings;
import dev.mcpsession.gateway.http.Guards;
import dev.mcpsession.gateway.http.ServerSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * What each part of the gateway is told of the configuration and of the command line.
 *
 * @param port for MCP clients, which may have been chosen
 */
record GatewaySettings(GatewayConfig config, GatewayOptions options, int port) {
  /** As clients see it; without issuers the address of {@code --http}. */
  URI baseUrl() {
    return config
        .baseUrl()
        .orElseGet(
            () -> URI.create("http://" + shown(options.http().getHostString()) + ":" + port));
  }

  TokenSettings tokens() {
    return new TokenSettings(
        config.issuers().stream().map(GatewaySettings::issuer).toList(), config.allowHttpIssuers());
  }

  private static IssuerSettings issuer(GatewayConfig.Issuer issuer) {
    return new IssuerSettings(
        issuer.issuer().toString(),
        issuer.audiences(),
        issuer.jwksUri().orElse(null),
        issuer.userClaim(),
        issuer.groupsClaim(),
        issuer.requiredScopes(),
        issuer.caFile().orElse(null));
  }

  /**
   * What the server is told.
   *
   * @param shutdownTimeout how long requests under way may last at the end
   */
  ServerSettings server(Duration shutdownTimeout) {
    GatewayConfig.Limits limits = config.limits();
    return new ServerSettings(
        options.http().getAddress().getHostAddress(),
        port,
        advertised(),
        baseUrl(),
        new Guards(baseUrl(), config.allowedHosts(), config.allowedOrigins()),
        new ServerSettings.Limits(
            limits.headerBytes(),
            limits.bodyBytes(),
            limits.headerTime(),
            limits.bodyTime(),
            limits.connections(),
            limits.requestsPerUser(),
            limits.streamsPerUser(),
            limits.backendConnectTime(),
            limits.bufferEventsPerSession(),
            limits.bufferBytesPerSession(),
            limits.bufferBytes()),
        shutdownTimeout);
  }

  /** Where other replicas reach this one. */
  Authority advertised() {
    return options
        .advertise()
        .orElseGet(
            () -> {
              InetAddress address = options.http().getAddress();
              return new Authority(
                  shown((address.isAnyLocalAddress() ? own() : address).getHostAddress()), port);
            });
  }

  /** The address of this machine, or of this Pod. */
  private static InetAddress own() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress(); // then this is the only replica that is served
    }
  }

  /** An IPv6 address in brackets. */
  private static String shown(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
