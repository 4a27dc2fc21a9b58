package dev.mcpsession.cli;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.process.leader.ApiLeaseStore;
import dev.mcpsession.process.leader.Leadership;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** How replicas elect a leader, from the command line and the configuration. */
record Election(OperatorConfig.LeaderElection settings, OperatorOptions options) {
  /** The namespace of the Lease. */
  String namespace() {
    return settings.leaseNamespace().orElse(options.ownNamespace());
  }

  /**
   * A leadership that is not started yet.
   *
   * @param nanoTime monotonic, in nanoseconds
   */
  Leadership leadership(
      KubernetesClient client,
      LongSupplier nanoTime,
      InstantSource clock,
      Leadership.Listener listener) {
    return new Leadership(
        new ApiLeaseStore(client, namespace(), settings.leaseName(), timeout()),
        options.identity(),
        settings,
        nanoTime,
        clock,
        listener);
  }

  /** The timeout of each request, which leaves time for a second one. */
  private Duration timeout() {
    Duration half = settings.renewDeadline().dividedBy(2);
    return half.compareTo(ClientFactory.REQUEST_TIMEOUT) < 0 ? half : ClientFactory.REQUEST_TIMEOUT;
  }
}
