package dev.mcpsession.cli;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.process.leader.ApiLeaseStore;
import dev.mcpsession.process.leader.Leadership;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Where replicas agree on one that works, by command line and configuration. */
record Election(OperatorConfig.LeaderElection settings, OperatorOptions options) {
  /** Of the Lease. */
  String namespace() {
    return settings.leaseNamespace().orElse(options.ownNamespace());
  }

  /**
   * Not begun yet.
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

  /** Of each request, so that a second one can still be in time. */
  private Duration timeout() {
    Duration half = settings.renewDeadline().dividedBy(2);
    return half.compareTo(ClientFactory.REQUEST_TIMEOUT) < 0 ? half : ClientFactory.REQUEST_TIMEOUT;
  }
}
