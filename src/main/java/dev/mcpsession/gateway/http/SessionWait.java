package dev.mcpsession.gateway.http;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.auth.Challenges;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Brings a request to the backend of its user, however long that takes to start, and tells of the
 * use. Clients give up after 30 to 60 s of silence: one that takes events hears of the wait.
 */
final class SessionWait {
  /** Use that comes just when the session is taken away leads to another demand, this often. */
  private static final int DEMANDS = 3;

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final Challenges challenges;

  SessionWait(EventLoop loop, GatewayServer.Services services, Challenges challenges) {
    this.loop = loop;
    this.services = services;
    this.challenges = challenges;
  }

  /** Goes on once a backend serves; otherwise the request is refused. */
  void serve(Exchange exchange, Consumer<Backend> next) {
    exchange.backendBegins();
    go(
        exchange,
        services.sessions().demand(exchange.resource(), exchange.user(), patience(exchange)),
        1,
        next);
  }

  /** Like {@link #serve}, after a backend did not take a connection. */
  void serveAfter(Exchange exchange, Backend failed, Consumer<Backend> next) {
    go(
        exchange,
        services
            .sessions()
            .demandAfter(failed, exchange.resource(), exchange.user(), patience(exchange)),
        1,
        next);
  }

  private void go(
      Exchange exchange, CompletionStage<Demand> demand, int count, Consumer<Backend> next) {
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
          if (exchange.isOver()) {
            return;
          }
          switch (came) {
            case Served served -> use(exchange, served.backend(), count, next);
            case NotServed none -> refuse(exchange, none);
          }
        },
        exchange::failed);
  }

  private void refuse(Exchange exchange, NotServed none) {
    if (none.cause() == Demand.Cause.LIMITED) {
      services.listener().rejected(Rejection.NEW_SESSIONS);
    }
    exchange.refuse(DemandRefusals.of(none, challenges.signInAgain(exchange.resource())));
  }

  private void use(Exchange exchange, Backend backend, int count, Consumer<Backend> next) {
    loop.then(
        services.activity().used(backend),
        goOn -> {
          if (exchange.isOver()) {
            return;
          }
          if (goOn) {
            next.accept(backend);
          } else if (count < DEMANDS) {
            go(
                exchange,
                services
                    .sessions()
                    .demandAfter(backend, exchange.resource(), exchange.user(), patience(exchange)),
                count + 1,
                next);
          } else {
            exchange.refuse(
                Refusal.unavailable(
                    Refusal.INTERNAL_ERROR,
                    "The session is being suspended; try again.",
                    Duration.ofSeconds(5)));
          }
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
