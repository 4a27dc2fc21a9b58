package dev.mcpsession.gateway.http;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.Sessions;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Waits for the session of a request's user, however long it takes to start. Clients give up after
 * 30 to 60 s of silence: one that takes events hears of the wait.
 */
final class SessionWait {
  private final EventLoop loop;
  private final GatewayServer.Services services;

  SessionWait(EventLoop loop, GatewayServer.Services services) {
    this.loop = loop;
    this.services = services;
  }

  /**
   * Demands the session.
   *
   * @param after the backend that is of no use, so that the session is read live; empty: none
   * @param next what came of it, whether the client is still there or not
   */
  void demand(Exchange exchange, Optional<Backend> after, Consumer<Demand> next) {
    Sessions sessions = services.sessions();
    McpResource resource = exchange.resource();
    User user = exchange.user();
    Duration patience = patience(exchange);
    CompletionStage<Demand> demand =
        after
            .map(useless -> sessions.demandAfter(useless, resource, user, patience))
            .orElseGet(() -> sessions.demand(resource, user, patience));
    long asked = System.nanoTime();
    boolean waits = !demand.toCompletableFuture().isDone();
    if (waits && isBridged(exchange)) {
      loop.later(
          loop.pace().bridge(),
          () -> {
            if (!exchange.isOver() && !demand.toCompletableFuture().isDone()) {
              bridge(exchange);
            }
          });
    }
    loop.then(
        demand,
        came -> {
          if (waits) {
            services
                .listener()
                .sessionWaited(label(came), Duration.ofNanos(System.nanoTime() - asked));
          }
          if (came instanceof NotServed none && none.cause() == Demand.Cause.LIMITED) {
            services.listener().rejected(Rejection.NEW_SESSIONS);
          }
          next.accept(came);
        },
        exchange::failed);
  }

  private static String label(Demand came) {
    return switch (came) {
      case Served served -> "served";
      case NotServed none -> none.cause().name().toLowerCase(Locale.ROOT);
    };
  }

  /** Only a request is answered by a stream of events, and only legacy clients wait for long. */
  private static boolean isBridged(Exchange exchange) {
    return exchange.isPost()
        && exchange.message().kind() == Message.Kind.REQUEST
        && exchange.era() == Era.LEGACY
        && exchange.acceptsEvents();
  }

  private Duration patience(Exchange exchange) {
    return isBridged(exchange)
        ? services
            .sessions()
            .template(exchange.resource())
            .map(SessionWait::startupTimeout)
            .orElse(loop.pace().silentPatience())
        : loop.pace().silentPatience();
  }

  private static Duration startupTimeout(McpSessionTemplate template) {
    Integer seconds = template.getSpec().session().startupTimeoutSeconds();
    return Duration.ofSeconds(
        Objects.requireNonNullElse(seconds, McpSessionSpec.DEFAULT_STARTUP_TIMEOUT_SECONDS));
  }

  /** Begins the answer before there is one. */
  private void bridge(Exchange exchange) {
    if (exchange.early() != null) {
      return;
    }
    exchange.offeredId().ifPresent(id -> exchange.response().putHeader("Mcp-Session-Id", id));
    exchange
        .eventsHead(200)
        .putHeader("Content-Type", ServerSentEvents.MEDIA_TYPE)
        .putHeader("Cache-Control", "no-cache");
    EventRelay relay = new EventRelay(exchange.response(), exchange.message().id());
    exchange.early(relay);
    comment(exchange, relay);
  }

  private void comment(Exchange exchange, EventRelay relay) {
    if (!exchange.isOver() && exchange.isWaiting()) {
      relay.heartbeat();
      loop.later(loop.pace().bridge(), () -> comment(exchange, relay));
    }
  }
}
