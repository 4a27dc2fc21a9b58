package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.route.MessageAuthentication;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Sessions;
import dev.mcpsession.gateway.site.Site;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The gateway's HTTP server for MCP clients. Does not own its Vert.x. */
public final class GatewayServer {
  /**
   * Everything else the gateway consists of.
   *
   * @param site what is served beside MCP; empty: nothing
   * @param keys with which this replica proves to others that it is one
   */
  public record Services(
      Authenticator authenticator,
      ResourceMetadata metadata,
      Optional<Site> site,
      Sessions sessions,
      Connections connections,
      Activity activity,
      TrafficListener listener,
      MessageAuthentication keys,
      InstantSource clock) {}

  private final Vertx vertx;
  private final ServerSettings settings;
  private final Services services;
  private final Listener.Shared shared;
  private final Pace pace;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Listens after {@link #start}. */
  public GatewayServer(Vertx vertx, ServerSettings settings, Services services) {
    this(vertx, settings, services, Pace.DEFAULT);
  }

  GatewayServer(Vertx vertx, ServerSettings settings, Services services, Pace pace) {
    this.pace = pace;
    this.vertx = vertx;
    this.settings = settings;
    this.services = services;
    this.shared =
        new Listener.Shared(
            new UserLimits(settings.limits().requestsPerUser(), settings.limits().streamsPerUser()),
            new Rebinding(services.connections(), services.listener()),
            new OpenStreams(),
            new KeptStreams(settings, services),
            new CancellableRequests(),
            new AtomicInteger());
    services.connections().onStreamTaken(shared.openStreams()::end);
  }

  /**
   * Options of the Vert.x that this is made for: the operating system's own transport where there
   * is one, and as many event loops as processors.
   */
  public static VertxOptions vertxOptions() {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setFileSystemOptions( // or it would make a directory for files that it never has
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false))
        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
  }

  /** Listens on every event loop. Completes with the port. */
  public CompletionStage<Integer> start() {
    // Servers on a port below 0 share one that is free; on port 0 each would get its own.
    int port = settings.port() == 0 ? -1 : settings.port();
    // Of one deployment each gets the next event loop; deployments of their own may share one.
    return vertx
        .deployVerticle(
            () -> listener(port),
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .compose(id -> Future.join(listeners.stream().map(Listener::listen).toList()))
        .map(all -> listeners.getFirst().port())
        .toCompletionStage();
  }

  private Listener listener(int port) {
    Listener listener = new Listener(settings, port, services, shared, pace);
    listeners.add(listener);
    return listener;
  }

  /**
   * Has clients take other connections, so that they come to other replicas: each answer says that
   * it is the last one on its connection. Everything is served still, on new connections as well.
   */
  public void leave() {
    listeners.forEach(Listener::leave);
  }

  /**
   * Takes no more connections, and ends streams so that clients come back in a second. Requests go
   * on, also those that come in on connections that are open. Completes when all connections have
   * been closed, or at the shutdown timeout: what is under way then gets an error.
   */
  public CompletionStage<Void> close() {
    return Future.join(listeners.stream().map(Listener::refuse).toList())
        .compose(
            refused ->
                Future.join(
                    listeners.stream().map(it -> it.shutdown(settings.shutdownTimeout())).toList()))
        .<Void>mapEmpty()
        .toCompletionStage();
  }
}
