package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.stream.Lag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of clients that read too slowly. */
final class SlowClients {
  private static final Logger LOG = LoggerFactory.getLogger(SlowClients.class);

  private SlowClients() {}

  /** Keeps an eye on a stream until its end. */
  static void watch(EventRelay relay, McpResource resource, TrafficListener listener) {
    relay.tellOfLag(
        change -> {
          if (change == Lag.Change.FELL_BEHIND) {
            LOG.warn(
                "A client of {} is {} events behind, or takes nothing any more; its MCP server"
                    + " waits for it, and no other client does",
                resource,
                Lag.FAR);
            listener.slowClientBegun();
          } else {
            listener.slowClientEnded();
          }
        });
  }
}
