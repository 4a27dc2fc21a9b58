package dev.mcpsession.cli;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.reconcile.ConfiguredSources;
import dev.mcpsession.reconcile.SessionController;
import dev.mcpsession.reconcile.TokenPorts;
import dev.mcpsession.reconcile.TokenSources;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.oauth.AllowedEndpoints;
import dev.mcpsession.token.oauth.ApiGrantStore;
import dev.mcpsession.token.oauth.NimbusAuthorizationServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running operator: the composition root that the command line and the quick start share. Starts
 * also while the API server, the CRD or a permission is missing: says what, and goes on when it is
 * there.
 */
public final class OperatorProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OperatorProcess.class);

  private final OperatorConfig config;
  private final OperatorOptions options;
  private final Consumer<String> deposed;
  private final InstantSource clock = InstantSource.system();
  private final LongSupplier nanoTime = System::nanoTime;
  private final Meters meters = new Meters();
  private final ApiServerHearing hearing = new ApiServerHearing(nanoTime);
  private final KubernetesClient client;
  private final @Nullable Leadership leadership;
  private final Readiness readiness;
  private final HttpEndpoint http;
  private final ClockWatch clockWatch;
  private final NimbusAuthorizationServer authorizationServer;
  private final CallLimits callLimits;

  /** Calls of the controller that may take long, one after the other. */
  private final ExecutorService calls =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("controller-calls").factory());

  private final Startup startup;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean gateShut;
  private volatile @Nullable SessionController controller;
  private volatile boolean working;

  private OperatorProcess(
      Config cluster, OperatorConfig config, OperatorOptions options, Consumer<String> deposed)
      throws IOException {
    this.config = config;
    this.options = options;
    this.deposed = deposed;
    client = OperatorClient.build(cluster, hearing, this::mayWrite);
    hearing.askBy(client::getKubernetesVersion);
    leadership = options.leaderElection() ? leadership() : null;
    clockWatch = new ClockWatch(clock, nanoTime, step -> call(SessionController::clockStepped));
    meters.gauges().observe(this::mayWrite, this::cachedSessions, clock);
    startup =
        new Startup(
            new SessionAccess(
                client,
                options.namespaces(),
                PermissionReview.of(
                    client,
                    config,
                    options.namespaces(),
                    options.leaderElection() ? leaseNamespace() : null)),
            this::newController,
            this::started,
            hearing::failed);
    readiness =
        new Readiness(hearing, startup, leadership, closing::get, this::isSynced, () -> working);
    authorizationServer =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(
                config.tokenEndpoints().allowed(), config.tokenEndpoints().allowHttp()),
            clock,
            (endpoint, outcome, duration) ->
                meters.sessions().issuerCalled(endpoint.name(), outcome.name(), duration));
    callLimits =
        new CallLimits(
            config.maxConcurrentTokenCalls(), config.tokenEndpoints().maxConcurrentCalls());
    http = new HttpEndpoint(options.http(), readiness::answer, meters::scrape);
  }

  /**
   * Returns at once; what is missing in the cluster is waited for.
   *
   * @param cluster where and as whom; gets this process's limits for requests
   * @param deposed called once when another replica has taken over, with the reason; the process
   *     has to end then, since reconciles under way cannot be called back. Writes are refused by
   *     then.
   * @throws IOException if the HTTP address cannot be listened on
   */
  public static OperatorProcess start(
      Config cluster, OperatorConfig config, OperatorOptions options, Consumer<String> deposed)
      throws IOException {
    OperatorProcess process = new OperatorProcess(cluster, config, options, deposed);
    log.info(
        "mcp-session-operator {} for {} at {}, HTTP on port {}, leader election {}",
        Version.number(),
        options.namespaces().isEmpty() ? "all namespaces" : "namespaces " + options.namespaces(),
        cluster.getMasterUrl(),
        process.httpPort(),
        options.leaderElection() ? "on" : "off");
    process.clockWatch.start();
    process.startup.start();
    return process;
  }

  /** Of /healthz, /readyz and /metrics. */
  public int httpPort() {
    return http.port();
  }

  /** What /readyz says is missing; empty: ready. Takes up to a second. */
  public Optional<String> hindrance() {
    return readiness.hindrance();
  }

  private String leaseNamespace() {
    return config.leaderElection().leaseNamespace().orElse(options.ownNamespace());
  }

  private Leadership leadership() {
    OperatorConfig.LeaderElection timing = config.leaderElection();
    Duration half = timing.renewDeadline().dividedBy(2);
    return new Leadership(
        new ApiLeaseStore(
            client,
            leaseNamespace(),
            timing.leaseName(),
            half.compareTo(OperatorClient.REQUEST_TIMEOUT) < 0
                ? half
                : OperatorClient.REQUEST_TIMEOUT),
        options.identity(),
        timing,
        nanoTime,
        clock,
        new Leadership.Listener() {
          @Override
          public void leading() {
            beginWork();
          }

          @Override
          public void deposed(String why) {
            Thread.ofPlatform().name("deposed").start(() -> endDeposed(why));
          }

          @Override
          public void failed(KubernetesClientException failure) {
            hearing.failed(failure);
          }
        });
  }

  /** What an issuer answered is stored all the same: the claim on the grant still holds. */
  private void endDeposed(String why) {
    if (closing.get()) {
      return;
    }
    SessionController current = controller;
    if (current != null) {
      current.endRenewals();
    }
    if (!closing.get()) {
      deposed.accept(why);
    }
  }

  private boolean mayWrite() {
    return !gateShut && (leadership == null ? working : leadership.isOpen());
  }

  private boolean isSynced() {
    SessionController current = controller;
    return current != null && current.isSynced();
  }

  private void started(SessionController synced) {
    controller = synced;
    if (closing.get()) {
      synced.close();
    } else if (leadership != null) {
      leadership.start();
    } else {
      beginWork();
    }
  }

  private SessionController newController() {
    return new SessionController(
        client,
        new SessionController.OperatorSettings(
            options.namespaces(),
            config.maxConcurrentReplacements(),
            config.watchTokenSecrets(),
            config.watchNodes()),
        clock,
        this::mayWrite,
        meters.sessions(),
        meters.josdk(),
        new TokenPorts(this::sources, authorizationServer, callLimits));
  }

  private TokenSources sources(SourceSecret.Lookup secrets) {
    return new ConfiguredSources(
        client,
        new ApiGrantStore(client),
        secrets,
        authorizationServer,
        callLimits,
        options.identity().holder(),
        this::mayWrite,
        clock,
        nanoTime);
  }

  private void beginWork() {
    if (leadership == null) {
      working = true; // opens the gate
    }
    call(
        c -> {
          c.lead();
          working = true;
        });
  }

  private void call(Consumer<SessionController> what) {
    try {
      calls.execute(
          () -> {
            SessionController current = controller;
            if (current != null) {
              what.accept(current);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("Not done, since the process ends", e);
    }
  }

  private Collection<McpSession> cachedSessions() {
    SessionController current = controller;
    return current == null ? List.of() : current.sessions();
  }

  /** Whether an issuer's answer is awaited or not stored yet that must not be lost. */
  public boolean isRenewing() {
    SessionController current = controller;
    return current != null && current.isRenewing();
  }

  /**
   * Lets reconciles and renewals of grants under way end, closes the gate, gives the Lease back at
   * last. Takes up to 5 s, and up to 45 s while a grant is being renewed. Does nothing the second
   * time.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    log.info("Stopping");
    startup.close();
    clockWatch.close();
    calls.shutdownNow();
    SessionController current = controller;
    if (current != null) {
      current.close();
    }
    gateShut = true;
    if (leadership != null) {
      leadership.close();
    }
    http.close();
    authorizationServer.close();
    client.close();
    meters.close();
    log.info("Stopped");
  }
}
