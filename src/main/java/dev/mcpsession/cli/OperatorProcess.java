package dev.mcpsession.cli;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.process.ApiServerLink;
import dev.mcpsession.process.ClockWatch;
import dev.mcpsession.process.HttpEndpoint;
import dev.mcpsession.process.NotReadyReason;
import dev.mcpsession.process.Readiness;
import dev.mcpsession.process.Shutdown;
import dev.mcpsession.process.Startup;
import dev.mcpsession.process.Version;
import dev.mcpsession.process.leader.Leadership;
import dev.mcpsession.reconcile.SessionController;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running operator: the composition root that the command line and the quick start share. Starts
 * even while the API server, the CRD or a permission is missing: reports what is missing and
 * continues once it is there.
 */
public final class OperatorProcess implements Shutdown.RunningRole {
  private static final Logger log = LoggerFactory.getLogger(OperatorProcess.class);
  private static final Readiness.Words WORDS =
      new Readiness.Words("works on sessions", "about to begin with the sessions");
  private static final NotReadyReason NOT_READY =
      new NotReadyReason("operator", "the ClusterRole in config/rbac/", "list the sessions");

  private final Consumer<String> ends;
  private final OperatorMeters meters = new OperatorMeters();
  private final ApiServerLink link;
  private final @Nullable Leadership leadership;
  private final Readiness readiness;
  private final HttpEndpoint http;
  private final ClockWatch clockWatch;
  private final ControllerFactory controllers;
  private final CurrentController controller = new CurrentController();
  private final ServedNamespaces namespaces;
  private final Startup startup;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean gateShut;
  private volatile boolean working;

  private OperatorProcess(
      Config cluster, OperatorConfig config, OperatorOptions options, Consumer<String> ends)
      throws IOException {
    this.ends = ends;
    InstantSource clock = InstantSource.system();
    LongSupplier nanoTime = System::nanoTime;
    link = new ApiServerLink(cluster, this::mayWrite, nanoTime, linkListener());
    KubernetesClient client = link.client();
    Election election = new Election(config.leaderElection(), options);
    leadership =
        options.leaderElection() ? election.leadership(client, nanoTime, clock, listener()) : null;
    clockWatch =
        new ClockWatch(clock, nanoTime, step -> controller.call(SessionController::clockStepped));
    namespaces =
        ServedNamespaces.of(
            client,
            config,
            options.namespaces(),
            options.leaderElection() ? election.namespace() : null,
            nanoTime);
    meters.observe(this::mayWrite, controller, namespaces, clock);
    startup = new Startup(this::startController, NOT_READY::of, link.contact()::failed);
    readiness =
        new Readiness(
            link.contact(),
            () -> controller.waitingFor().orElseGet(startup::waitingFor),
            leadership,
            closing::get,
            controller::isSynced,
            () -> working,
            namespaces,
            WORDS);
    controllers =
        new ControllerFactory(client, config, options, this::mayWrite, meters, clock, nanoTime);
    http = new HttpEndpoint(options.http(), readiness::answer, meters::scrape);
  }

  /**
   * Returns at once; the process waits for what is missing in the cluster.
   *
   * @param cluster the API server and credentials; gets this process's limits for requests
   * @param ends called with the reason, as the rest of a sentence that begins with "since", when
   *     another replica has taken over, or when the credentials are refused for good; the process
   *     must then exit, since running reconciles cannot be stopped. Nothing can be written any more
   *     by then.
   * @throws IOException if the HTTP address cannot be listened on
   */
  public static OperatorProcess start(
      Config cluster, OperatorConfig config, OperatorOptions options, Consumer<String> ends)
      throws IOException {
    OperatorProcess process = new OperatorProcess(cluster, config, options, ends);
    log.info(
        "mcp-session-operator {} for {} at {}, HTTP on port {}, leader election {}",
        Version.number(),
        options.namespaces().isEmpty() ? "all namespaces" : "namespaces " + options.namespaces(),
        cluster.getMasterUrl(),
        process.httpPort(),
        options.leaderElection() ? "on" : "off");
    if (options.proxies().areNamed()) {
      log.info("Authorization servers are reached by {}", options.proxies());
    }
    process.link.start();
    process.clockWatch.start();
    process.namespaces.start();
    process.startup.start();
    return process;
  }

  /** The port of /healthz, /readyz and /metrics. */
  public int httpPort() {
    return http.port();
  }

  /** What /readyz says is missing; empty: ready. Takes up to a second. */
  public Optional<String> notReadyReason() {
    return readiness.notReadyReason();
  }

  /** Reacts to the leader election. */
  private Leadership.Listener listener() {
    return new Leadership.Listener() {
      @Override
      public void leading() {
        beginWork();
      }

      @Override
      public void deposed(String why) {
        Thread.ofPlatform().name("deposed").start(() -> end("it does not lead any more: " + why));
      }

      @Override
      public void failed(KubernetesClientException failure) {
        link.contact().failed(failure);
      }
    };
  }

  /** Reacts to what the client notices of the API server. */
  private ApiServerLink.Listener linkListener() {
    return new ApiServerLink.Listener() {
      @Override
      public void returned(Duration silence) {
        log.info("The API server answers again, after {} s", silence.toMillis() / 1000.0);
        startup.tryNow();
        if (leadership != null) {
          leadership.lookNow();
        }
        controller.call(SessionController::retryNow);
      }

      @Override
      public void refusedForGood(String why) {
        Thread.ofPlatform().name("refused").start(() -> end(why));
      }

      @Override
      public void readRefused(Optional<String> namespace) {
        namespaces.suspect(namespace);
      }
    };
  }

  /** Issuers' responses are still stored: the claim on the grant still holds. */
  private void end(String why) {
    if (closing.get()) {
      return;
    }
    controller.endRenewals();
    if (!closing.get()) {
      ends.accept(why);
    }
  }

  private boolean mayWrite() {
    return !gateShut && (leadership == null ? working : leadership.isOpen());
  }

  private void startController() {
    SessionController made = controllers.create(namespaces.admit());
    namespaces.servedBy(made);
    controller.start(made, this::started);
  }

  private void started(SessionController synced) {
    if (closing.get()) {
      synced.close();
    } else if (leadership != null) {
      leadership.start();
    } else {
      beginWork();
    }
  }

  private void beginWork() {
    if (leadership == null) {
      working = true; // opens the gate
    }
    controller.call(
        c -> {
          c.lead();
          working = true;
        });
  }

  /** An answer of an issuer is waited for, below the documented 45 s. */
  @Override
  public Duration longest() {
    return Duration.ofMillis(44_800);
  }

  /** An issuer's response that is pending or not stored yet. */
  @Override
  public Optional<String> unfinished() {
    return controller.isRenewing()
        ? Optional.of("the answer to a renewal, and until it is stored")
        : Optional.empty();
  }

  /**
   * Lets running reconciles and renewals of grants end, closes the gate, and finally releases the
   * Lease. Takes up to 5 s, and up to 45 s while a grant is being renewed. A second call does
   * nothing.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    log.info("Stopping");
    startup.close();
    clockWatch.close();
    link.stopWatching();
    namespaces.close();
    controller.close();
    gateShut = true;
    if (leadership != null) {
      leadership.close();
    }
    http.close();
    controllers.close();
    link.close();
    meters.close();
    log.info("Stopped");
  }
}
