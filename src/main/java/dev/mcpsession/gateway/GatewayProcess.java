package dev.mcpsession.gateway;

import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.process.ApiServerLink;
import dev.mcpsession.process.HttpEndpoint;
import dev.mcpsession.process.Meters;
import dev.mcpsession.process.Shutdown;
import dev.mcpsession.process.Version;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running replica of the gateway: the composition root that the command line and the quick start
 * share. Starts even while the API server, the CRDs or a permission is missing: reports what is
 * missing and continues once it is there.
 */
public final class GatewayProcess implements Shutdown.RunningRole {
  private static final Logger log = LoggerFactory.getLogger(GatewayProcess.class);

  /** How long requests under way may last once no new ones are taken; users rely on it. */
  private static final Duration REQUESTS = Duration.ofSeconds(60);

  /** For reports of use and the last lines of the log. */
  private static final Duration REMAINDER = Duration.ofSeconds(5);

  private final GatewayOptions options;
  private final Meters meters = new Meters();
  private final GatewayMetrics metrics;
  private final AccessLog accessLog;
  private final ApiServerLink link;
  private final HttpEndpoint management;
  private final AtomicBoolean stopping = new AtomicBoolean();

  private GatewayProcess(
      Config cluster,
      GatewayConfig config,
      GatewayOptions options,
      InstantSource clock,
      LongSupplier nanoTime)
      throws IOException {
    this.options = options;
    link = new ApiServerLink(cluster, () -> true, nanoTime, listener());
    metrics = new GatewayMetrics(meters.registry(), resource -> false);
    accessLog = new AccessLog(clock);
    GatewayReadiness readiness =
        new GatewayReadiness(
            stopping::get,
            () -> true,
            List::of,
            List.of(() -> link.contact().away().stream().toList()));
    management = new HttpEndpoint(options.management(), readiness::answer, meters::scrape);
  }

  /**
   * Returns at once; the process waits for what is missing in the cluster.
   *
   * @param cluster the API server and credentials; gets this process's limits for requests
   * @param nanoTime monotonic, in nanoseconds
   * @throws IOException if an address cannot be listened on, or a file of the configuration cannot
   *     be read
   */
  public static GatewayProcess start(
      Config cluster,
      GatewayConfig config,
      GatewayOptions options,
      InstantSource clock,
      LongSupplier nanoTime)
      throws IOException {
    GatewayProcess process = new GatewayProcess(cluster, config, options, clock, nanoTime);
    log.info(
        "mcp-session-operator {} as gateway for {} at {}, management on port {}",
        Version.number(),
        options.namespaces().isEmpty() ? "all namespaces" : "namespaces " + options.namespaces(),
        cluster.getMasterUrl(),
        process.managementPort());
    process.link.start();
    return process;
  }

  /** The port of /healthz, /readyz and /metrics. */
  public int managementPort() {
    return management.port();
  }

  private static ApiServerLink.Listener listener() {
    return new ApiServerLink.Listener() {
      @Override
      public void returned(Duration silence) {
        log.info("The API server answers again, after {} s", silence.toMillis() / 1000.0);
      }

      @Override
      public void refusedForGood(String why) {
        log.error("Only sessions that are known go on, since {}", why);
      }

      @Override
      public void readRefused(Optional<String> namespace) {
        log.debug("A read was refused in {}", namespace.orElse("all namespaces"));
      }
    };
  }

  @Override
  public Optional<String> unfinished() {
    return Optional.of("requests under way");
  }

  @Override
  public Duration longest() {
    return options.loadBalancerDelay().plus(REQUESTS).plus(REMAINDER);
  }

  /**
   * Stops being ready, waits until load balancers have noticed, lets requests end, and reports what
   * was used. Takes up to 70 s. A second call does nothing.
   */
  @Override
  public void close() {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    log.info("Stopping");
    management.close();
    accessLog.close();
    link.close();
    meters.close();
    log.info("Stopped");
  }
}
