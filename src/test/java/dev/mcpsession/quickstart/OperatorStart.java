package dev.mcpsession.quickstart;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;

/** How to start the operator: its composition root, or a test's stand-in for it. */
@FunctionalInterface
interface OperatorStart {
  /**
   * Returns at once, while it still fills its caches.
   *
   * @param tokenEndpoint that it may renew tokens at
   */
  Running start(Config cluster, String tokenEndpoint) throws IOException;

  /** A running operator. */
  interface Running extends AutoCloseable {
    /** The port of /readyz and /metrics, on the loopback address. */
    int httpPort();

    @Override
    void close();
  }
}
