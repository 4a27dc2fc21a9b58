package dev.mcpsession.replicas;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Gives the addresses of kwok's simulated Pods to this machine, so that one process that listens on
 * all addresses answers for all of them.
 */
public final class SimulatedPods implements AutoCloseable {
  private static final String ADDRESSES = "10.99.0.0/16";

  private SimulatedPods() {}

  /** Needs root, and the command ip. */
  public static SimulatedPods answered() throws IOException, InterruptedException {
    route("replace");
    return new SimulatedPods();
  }

  private static void route(String what) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("ip", "route", what, "local", ADDRESSES, "dev", "lo")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("ip route " + what + " failed: " + output);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      route("del");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
