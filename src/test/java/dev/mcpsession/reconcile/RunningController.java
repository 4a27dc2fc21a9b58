package dev.mcpsession.reconcile;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.reconcile.token.TokenServices;
import dev.mcpsession.reconcile.token.TokenSources;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.KubernetesApi;
import dev.mcpsession.simulation.model.FakeRevocations;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SecretTokens;
import dev.mcpsession.token.ServiceAccountTokens;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's controller in this process, in one namespace of a real cluster, leading from the
 * start.
 */
public final class RunningController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningController.class);

  private final SessionController controller;
  private volatile boolean open = true;

  public RunningController(KubernetesClient client, String namespace) {
    this(client, namespace, api -> api, sources(client));
  }

  public RunningController(
      KubernetesClient client,
      String namespace,
      UnaryOperator<ClusterApi> disturbance,
      Function<SourceSecret.Lookup, TokenSources> sources) {
    this(client, namespace, disturbance, sources, InstantSource.system());
  }

  public RunningController(
      KubernetesClient client,
      String namespace,
      UnaryOperator<ClusterApi> disturbance,
      Function<SourceSecret.Lookup, TokenSources> sources,
      InstantSource clock) {
    this(client, namespace, disturbance, withoutRevocation(sources), clock);
  }

  public RunningController(
      KubernetesClient client,
      String namespace,
      UnaryOperator<ClusterApi> disturbance,
      TokenServices ports,
      InstantSource clock) {
    this(
        client,
        new OperatorSettings(Set.of(namespace), 10, true, false),
        disturbance,
        ports,
        clock);
  }

  /** A controller that watches nodes. */
  public RunningController(
      KubernetesClient client, String namespace, int maxConcurrentReplacements, DisturbedApi api) {
    this(
        client,
        new OperatorSettings(Set.of(namespace), maxConcurrentReplacements, true, true),
        api::around,
        withoutRevocation(sources(client)),
        InstantSource.system());
  }

  private RunningController(
      KubernetesClient client,
      OperatorSettings settings,
      UnaryOperator<ClusterApi> disturbance,
      TokenServices ports,
      InstantSource clock) {
    controller =
        started(
            () ->
                new SessionController(
                    client,
                    disturbance.apply(new KubernetesApi(client)),
                    settings,
                    clock,
                    () -> open,
                    new SessionMetrics(new SimpleMeterRegistry()),
                    Metrics.NOOP,
                    ports));
    controller.lead();
  }

  /** Tries again when a start fails, as the process does: the API server may be busy. */
  private static SessionController started(Supplier<SessionController> attempts) {
    return await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptionsInstanceOf(OperatorException.class)
        .until(() -> start(attempts.get()), Objects::nonNull);
  }

  private static SessionController start(SessionController made) {
    try {
      made.start();
      return made;
    } catch (OperatorException e) {
      log.warn("The controller did not start", e);
      made.close();
      throw e;
    }
  }

  public static Function<SourceSecret.Lookup, TokenSources> sources(KubernetesClient client) {
    return sources(client, InstantSource.system());
  }

  public static Function<SourceSecret.Lookup, TokenSources> sources(
      KubernetesClient client, InstantSource clock) {
    TokenSource accounts =
        new ServiceAccountTokens(client, EndpointCalls.limitedTo(20, 20, System::nanoTime), clock);
    return lookup -> {
      TokenSource secrets = new SecretTokens(lookup, clock);
      return spec -> spec.serviceAccount() != null ? accounts : secrets;
    };
  }

  private static TokenServices withoutRevocation(
      Function<SourceSecret.Lookup, TokenSources> sources) {
    FakeRevocations none =
        (source, client, token) -> {
          throw new IllegalStateException("nobody asked for a revocation");
        };
    return new TokenServices(sources, none, EndpointCalls.limitedTo(20, 10, System::nanoTime));
  }

  void clockStepped() {
    controller.clockStepped();
  }

  /** Acts like SIGKILL: nothing is written from here on. */
  public void kill() {
    open = false;
    controller.close();
  }

  @Override
  public void close() {
    controller.close();
    open = false;
  }
}
