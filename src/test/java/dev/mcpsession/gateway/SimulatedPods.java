package dev.mcpsession.gateway;

import dev.mcpsession.external.ExternalProgram;
import dev.mcpsession.fixture.McpBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Answers in the place of all Pods of simulated nodes, to whose addresses nobody listens otherwise:
 * each Pod is a backend of its own. Needs root, for a route.
 */
public final class SimulatedPods implements AutoCloseable {
  private static final int PORT = 8080;

  /** Where simulated Pods have their addresses. */
  private static final String NETWORK = "10.99.0.0/16";

  private final McpBackend backends;

  private SimulatedPods(McpBackend backends) {
    this.backends = backends;
  }

  /** Returns when they answer. */
  public static SimulatedPods start() {
    route("replace");
    return new SimulatedPods(McpBackend.start("0.0.0.0", PORT));
  }

  /** The backends, by the addresses of their Pods. */
  public McpBackend backends() {
    return backends;
  }

  private static void route(String command) {
    ExternalProgram.named("ip", "iproute2")
        .succeed(
            Path.of("."),
            Map.of(),
            Duration.ofSeconds(10),
            List.of("route", command, "local", NETWORK, "dev", "lo"));
  }

  @Override
  public void close() {
    backends.close();
    route("del");
  }
}
