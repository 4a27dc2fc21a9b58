package dev.mcpsession.gateway;

import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.auth.InsecureUser;
import dev.mcpsession.gateway.auth.JwtAuthenticator;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.http.GatewayServer;
import dev.mcpsession.gateway.http.NativeTransport;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.process.ApiServerLink;
import dev.mcpsession.process.HttpEndpoint;
import dev.mcpsession.process.Meters;
import dev.mcpsession.process.Shutdown;
import dev.mcpsession.process.Version;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

  private static final Duration POLL = Duration.ofMillis(50);

  private final GatewayOptions options;
  private final Consumer<String> ends;
  private final Meters meters = new Meters();
  private final AccessLog accessLog;
  private final ApiServerLink link;
  private final UserSessions users;
  private final @Nullable JwtAuthenticator tokens;
  private final Optional<SignInPart> signIn;
  private final Vertx vertx;
  private final GatewayServer server;
  private final HttpEndpoint management;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final int port;
  private volatile boolean serving;

  private GatewayProcess(
      Config cluster,
      GatewayConfig config,
      GatewayOptions options,
      SignInPart.Factory signInFactory,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<String> ends)
      throws IOException {
    this.options = options;
    this.ends = ends;
    port = free(options.http());
    GatewaySettings settings = new GatewaySettings(config, options, port);
    link = new ApiServerLink(cluster, () -> true, nanoTime, listener());
    GatewayMetrics metrics = new GatewayMetrics(meters.registry(), this::isTemplate);
    users =
        new UserSessions(
            link, config, options.namespaces(), metrics::activityWritten, clock, nanoTime);
    accessLog = new AccessLog(clock);
    ResourceMetadata metadata =
        new ResourceMetadata(
            settings.baseUrl().toString(),
            config.signIn().map(it -> it.issuer().toString()),
            settings.tokens().issuers());
    tokens =
        settings.tokens().issuers().isEmpty()
            ? null
            : new JwtAuthenticator(settings.tokens(), metadata, clock, nanoTime);
    vertx = NativeTransport.vertx(GatewayServer.vertxOptions());
    signIn =
        config.signIn().isEmpty()
            ? Optional.empty()
            : Optional.of(
                signInFactory.create(
                    new SignInPart.Surroundings(
                        config,
                        link,
                        users.view(),
                        users.sessions().uses()::find,
                        users::endConnections,
                        metadata,
                        Optional.ofNullable(tokens),
                        meters.registry(),
                        vertx,
                        clock,
                        nanoTime)));
    server =
        new GatewayServer(
            vertx,
            settings.server(REQUESTS),
            new GatewayServer.Services(
                authenticator(),
                metadata,
                signIn.map(SignInPart::site),
                users.sessions(),
                users.connections(),
                users.activity(),
                new ObservedTraffic(metrics, accessLog),
                users.keys(),
                clock));
    management = new HttpEndpoint(options.management(), readiness()::answer, meters::scrape);
  }

  private Authenticator authenticator() {
    if (signIn.isPresent()) {
      return signIn.get().authenticator();
    }
    return tokens == null ? new InsecureUser(options.insecureUser().orElseThrow()) : tokens;
  }

  private boolean isTemplate(McpResource resource) {
    return users.sessions().template(resource).isPresent();
  }

  private GatewayReadiness readiness() {
    return new GatewayReadiness(
        stopping::get,
        () -> serving,
        this::missing,
        List.of(
            () -> link.contact().away().stream().toList(),
            () -> tokens == null ? List.of() : tokens.away()));
  }

  private List<String> missing() {
    return Stream.concat(
            users.missing().stream(), signIn.stream().flatMap(part -> part.missing().stream()))
        .toList();
  }

  /**
   * The port, chosen if any will do. The server listens only once the caches are filled; that it
   * can is to be known at the start.
   */
  private static int free(InetSocketAddress address) throws IOException {
    try (ServerSocket tried = new ServerSocket()) {
      tried.bind(address);
      return tried.getLocalPort();
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Returns at once; the process waits for what is missing in the cluster.
   *
   * @param cluster the API server and credentials; gets this process's limits for requests
   * @param signInFactory used if the configuration lets users sign in
   * @param nanoTime monotonic, in nanoseconds
   * @param ends called with the reason, as the rest of a sentence that begins with "since", when
   *     the process must exit
   * @throws IOException if an address cannot be listened on, or a file of the configuration cannot
   *     be read
   */
  public static GatewayProcess start(
      Config cluster,
      GatewayConfig config,
      GatewayOptions options,
      SignInPart.Factory signInFactory,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<String> ends)
      throws IOException {
    GatewayProcess process =
        new GatewayProcess(cluster, config, options, signInFactory, clock, nanoTime, ends);
    log.info(
        "mcp-session-operator {} as gateway for {} at {}, MCP on port {}, management on port {}",
        Version.number(),
        options.namespaces().isEmpty() ? "all namespaces" : "namespaces " + options.namespaces(),
        cluster.getMasterUrl(),
        process.port(),
        process.managementPort());
    if (!NativeTransport.isAvailable()) {
      log.warn(
          "Linux' epoll is not available to this process: it takes up to 15 minutes until it"
              + " notices that a client behind a silent network is gone");
    }
    options.insecureUser().ifPresent(user -> log.warn("Everybody is taken for one user"));
    process.link.start();
    process.users.start();
    process.signIn.ifPresent(SignInPart::start);
    if (process.tokens != null) {
      process.tokens.start();
    }
    Thread.ofPlatform().name("startup").daemon().start(process::serve);
    return process;
  }

  /** Takes requests as soon as the caches are filled: until then every template seems absent. */
  private void serve() {
    try {
      while (!users.isSynced() || !signIn.map(SignInPart::isSynced).orElse(true)) {
        if (stopped.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      server.start().toCompletableFuture().join();
      serving = true;
      log.info("Takes requests");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CompletionException e) {
      ends.accept("the server could not be started: " + e.getCause());
    }
  }

  /** The port for MCP clients. */
  public int port() {
    return port;
  }

  /** The port of /healthz, /readyz and /metrics. */
  public int managementPort() {
    return management.port();
  }

  /** What /readyz says is missing; empty: ready. Takes up to a second. */
  public Optional<String> notReadyReason() {
    HttpEndpoint.Response answer = readiness().answer();
    return answer.status() == 200 ? Optional.empty() : Optional.of(answer.body().strip());
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
    return Optional.of("load balancers to notice, and requests to end");
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
    stopped.countDown();
    if (serving) {
      endRequests();
    }
    signIn.ifPresent(SignInPart::close);
    users.close();
    accessLog.close();
    if (tokens != null) {
      tokens.close();
    }
    wait(vertx.close().toCompletionStage(), REMAINDER);
    management.close();
    link.close();
    meters.close();
    log.info("Stopped");
  }

  /** What is under way goes on, and so does what comes in until nobody sends it here any more. */
  private void endRequests() {
    server.leave();
    try {
      Thread.sleep(options.loadBalancerDelay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wait(server.close(), REQUESTS.plus(POLL));
  }

  private static void wait(CompletionStage<?> end, Duration limit) {
    try {
      end.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("Not everything ended well", e);
    }
  }
}
