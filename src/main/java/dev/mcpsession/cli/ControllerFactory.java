package dev.mcpsession.cli;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.reconcile.OperatorSettings;
import dev.mcpsession.reconcile.SessionController;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Makes the controllers of one process: one for each try to start, since one that failed cannot be
 * restarted. They share what they need for tokens.
 */
final class ControllerFactory implements AutoCloseable {
  private final KubernetesClient client;
  private final OperatorConfig config;
  private final WriteGate gate;
  private final OperatorMeters meters;
  private final InstantSource clock;
  private final TokenIssuing tokens;

  /**
   * @param gate checked before each write
   * @param nanoTime monotonic, in nanoseconds
   */
  ControllerFactory(
      KubernetesClient client,
      OperatorConfig config,
      OperatorOptions options,
      WriteGate gate,
      OperatorMeters meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.client = client;
    this.config = config;
    this.gate = gate;
    this.meters = meters;
    this.clock = clock;
    this.tokens =
        new TokenIssuing(
            client,
            config,
            options.proxies(),
            options.identity().holder(),
            gate,
            meters.sessions(),
            clock,
            nanoTime);
  }

  /**
   * A controller that is not started yet.
   *
   * @param namespaces empty: all
   */
  SessionController create(Set<String> namespaces) {
    return new SessionController(
        client,
        new OperatorSettings(
            namespaces,
            config.maxConcurrentReplacements(),
            config.watchTokenSecrets(),
            config.watchNodes()),
        clock,
        gate,
        meters.sessions(),
        meters.framework(),
        tokens.services());
  }

  /** Closes what the controllers share; they are closed before. */
  @Override
  public void close() {
    tokens.close();
  }
}
