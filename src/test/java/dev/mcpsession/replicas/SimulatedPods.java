package dev.mcpsession.replicas;

import dev.mcpsession.external.ExternalProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Gives the addresses of kwok's simulated Pods to this machine, so that one process that listens on
 * all addresses answers for all of them. Needs root, for a route.
 */
public final class SimulatedPods implements AutoCloseable {
  private static final String ADDRESSES = "10.99.0.0/16";

  private SimulatedPods() {}

  /** Until it is closed. */
  public static SimulatedPods answered() {
    route("replace");
    return new SimulatedPods();
  }

  private static void route(String command) {
    ExternalProgram.named("ip", "iproute2")
        .succeed(
            Path.of("."),
            Map.of(),
            Duration.ofSeconds(10),
            List.of("route", command, "local", ADDRESSES, "dev", "lo"));
  }

  @Override
  public void close() {
    route("del");
  }
}
