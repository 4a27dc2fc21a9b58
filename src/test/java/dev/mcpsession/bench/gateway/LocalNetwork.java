package dev.mcpsession.bench.gateway;

import java.io.IOException;

/**
 * Makes the addresses of simulated Pods addresses of this machine, so that one server can stand in
 * for all of their backends. Needs root.
 */
public final class LocalNetwork implements AutoCloseable {
  /** Where the test cluster's simulated Pods are. */
  public static final String PODS = "10.99.0.0/16";

  private LocalNetwork() {}

  public static LocalNetwork ofPods() throws IOException, InterruptedException {
    route("replace");
    return new LocalNetwork();
  }

  private static void route(String verb) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder(Tools.path("ip"), "route", verb, "local", PODS, "dev", "lo")
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("No route to simulated Pods could be set: that needs root.");
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    route("del");
  }
}
