package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.auth.AccessDecision;
import dev.mcpsession.gateway.auth.AccessDecision.Allowed;
import dev.mcpsession.gateway.auth.AccessDecision.Hidden;
import dev.mcpsession.gateway.auth.AccessDecision.MissingScopes;
import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.gateway.auth.Authentication.Authenticated;
import dev.mcpsession.gateway.auth.Authentication.Missing;
import dev.mcpsession.gateway.auth.Authentication.Rejected;
import dev.mcpsession.gateway.auth.Authentication.Undecided;
import dev.mcpsession.gateway.auth.Challenges;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.MessageParser;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.RequestPath;
import dev.mcpsession.gateway.route.Route;
import dev.mcpsession.gateway.route.TraceContext;
import dev.mcpsession.gateway.site.Site;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Judges requests, in the order that GATEWAY.md gives: limits, Host and Origin, token, template and
 * access, body; and hands on those that are let in. To be used on one event loop.
 */
final class Dispatcher {
  private final EventLoop loop;
  private final ServerSettings settings;
  private final GatewayServer.Services services;
  private final Challenges challenges;
  private final ResourceMetadata metadata;
  private final UserLimits users;
  private final OpenExchanges exchanges;
  private final BodyReader bodies;
  private final SiteRequests siteRequests;
  private final Handlers handlers;

  Dispatcher(
      EventLoop loop,
      ServerSettings settings,
      GatewayServer.Services services,
      UserLimits users,
      OpenExchanges exchanges,
      Handlers handlers) {
    this.loop = loop;
    this.settings = settings;
    this.services = services;
    this.exchanges = exchanges;
    this.metadata = services.metadata();
    this.challenges = new Challenges(metadata);
    this.users = users;
    this.bodies =
        new BodyReader(loop, settings.limits(), settings.limits().bodyBytes(), services.listener());
    this.siteRequests = new SiteRequests(loop, settings.limits(), services.listener());
    this.handlers = handlers;
  }

  /** Takes a request whose head is there. */
  void handle(HttpServerRequest request) {
    request.pause();
    Exchange exchange = exchange(request);
    exchanges.begun(exchange);
    String sent = Objects.requireNonNullElse(request.path(), "");
    if (services.site().filter(it -> it.serves(sent)).isPresent()) {
      guarded(exchange, () -> ofSite(exchange, services.site().get()));
      return;
    }
    RequestPath path = RequestPath.parse(sent);
    if (path instanceof RequestPath.Nothing) {
      exchange.refuse(Refusal.noTemplate());
      return;
    }
    exchange.addressed(path.resource());
    guarded(exchange, () -> judge(exchange, path));
  }

  /** One that is told of at its end. */
  Exchange exchange(HttpServerRequest request) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    TraceContext trace =
        TraceContext.of(
            request.getHeader("traceparent"),
            new long[] {random.nextLong(), random.nextLong(), random.nextLong()});
    return new Exchange(request, trace, services.listener()::requestEnded);
  }

  /** No client waits for an answer that an exception has prevented. */
  private static void guarded(Exchange exchange, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      exchange.failed(e);
    }
  }

  private void ofSite(Exchange exchange, Site site) {
    if (!isAdmitted(exchange)) {
      return;
    }
    if (exchange.request().method().equals(HttpMethod.OPTIONS)) {
      preflight(exchange);
    } else if (siteRequests.admits(exchange)) {
      siteRequests.answer(exchange, site);
    }
  }

  /** Whether Host and Origin are allowed; otherwise it is refused. */
  private boolean isAdmitted(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    Optional<Guards.Refusal> guarded =
        settings
            .guards()
            .refusal(
                request.headers().getAll(HttpHeaders.HOST),
                request.headers().getAll(HttpHeaders.ORIGIN));
    if (guarded.isPresent()) {
      services.listener().rejected(guarded.get().reason());
      exchange.refuse(
          new Refusal(guarded.get().status(), Refusal.NOT_ADMITTED, guarded.get().message()));
      return false;
    }
    exchange.answerHeaders(
        settings.guards().responseHeaders(request.getHeader(HttpHeaders.ORIGIN)));
    return true;
  }

  private void judge(Exchange exchange, RequestPath path) {
    if (!isAdmitted(exchange)) {
      return;
    }
    switch (path) {
      case RequestPath.Metadata document -> metadata(exchange);
      case RequestPath.Endpoint endpoint -> endpoint(exchange);
      case RequestPath.Nothing nothing -> throw new IllegalStateException("was refused");
    }
  }

  private void metadata(Exchange exchange) {
    switch (exchange.request().method().name()) {
      case "GET" -> exchange.document(metadata.document(exchange.resource()));
      case "OPTIONS" -> preflight(exchange);
      default -> exchange.refuse(Refusal.methodNotAllowed("GET, OPTIONS"));
    }
  }

  private void preflight(Exchange exchange) {
    settings
        .guards()
        .preflightHeaders(
            exchange.request().getHeader(HttpHeaders.ORIGIN),
            exchange.request().getHeader("Access-Control-Request-Headers"))
        .forEach(exchange.response()::putHeader);
    exchange.answer(204);
  }

  private void endpoint(Exchange exchange) {
    switch (exchange.request().method().name()) {
      case "POST", "GET", "DELETE" -> {
        if (bodies.admits(exchange)) {
          authenticate(exchange);
        }
      }
      case "OPTIONS" -> preflight(exchange);
      default -> exchange.refuse(Refusal.methodNotAllowed("GET, POST, DELETE, OPTIONS"));
    }
  }

  private void authenticate(Exchange exchange) {
    List<String> tokens = exchange.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    loop.then(
        services
            .authenticator()
            .authenticate(tokens.size() == 1 ? tokens.getFirst() : null, exchange.resource()),
        result -> {
          if (!exchange.isOver()) {
            authenticated(exchange, result);
          }
        },
        exchange::failed);
  }

  private void authenticated(Exchange exchange, Authentication result) {
    McpResource resource = exchange.resource();
    switch (result) {
      case Authenticated good -> {
        exchange.sentBy(good.caller());
        access(exchange);
      }
      case Missing none ->
          exchange.refuse(
              Refusal.unauthorized(
                  challenges.missing(resource), "A bearer token is required here."));
      case Rejected bad -> {
        services.listener().tokenRejected(bad.defect());
        exchange.refuse(
            Refusal.unauthorized(
                challenges.rejected(resource, bad), "The token is not accepted: " + bad.why()));
      }
      case Undecided unknown ->
          exchange.refuse(
              Refusal.unavailable(Refusal.NOT_ADMITTED, unknown.why(), Duration.ofSeconds(10)));
    }
  }

  private void access(Exchange exchange) {
    AccessDecision decision =
        services
            .sessions()
            .template(exchange.resource())
            .map(it -> AccessDecision.of(it.getSpec().access(), exchange.caller()))
            .orElseGet(Hidden::new);
    switch (decision) {
      case Allowed allowed -> permit(exchange);
      case Hidden hidden -> exchange.refuse(Refusal.noTemplate());
      case MissingScopes missing ->
          exchange.refuse(
              new Refusal(
                  403,
                  Refusal.NOT_ADMITTED,
                  "The token lacks a scope.",
                  Map.of(
                      "WWW-Authenticate",
                      challenges.insufficientScope(exchange.resource(), missing))));
    }
  }

  private void permit(Exchange exchange) {
    boolean stream = exchange.isOpenEnded();
    Optional<UserLimits.Permit> permit =
        stream ? users.stream(exchange.user().owner()) : users.request(exchange.user().owner());
    if (permit.isEmpty()) {
      tooMany(exchange, stream);
      return;
    }
    exchange.hold(permit.get()::close);
    if (exchange.isPost()) {
      bodies.read(
          exchange,
          body ->
              guarded(
                  exchange,
                  () -> {
                    exchange.contains(body, MessageParser.parse(body.getBytes()));
                    if (!exchange.isOpenEnded() || takesStream(exchange, permit.get())) {
                      route(exchange);
                    }
                  }));
    } else {
      exchange.request().resume();
      route(exchange);
    }
  }

  private void tooMany(Exchange exchange, boolean stream) {
    services.listener().rejected(stream ? Rejection.STREAMS : Rejection.REQUESTS);
    exchange.refuse(
        Refusal.tooMany(
            stream ? "You have too many streams open." : "You have too many requests under way."));
  }

  /** A request whose answer does not end counts as a stream, and not as a request. */
  private boolean takesStream(Exchange exchange, UserLimits.Permit request) {
    request.close();
    Optional<UserLimits.Permit> stream = users.stream(exchange.user().owner());
    if (stream.isEmpty()) {
      tooMany(exchange, true);
      return false;
    }
    exchange.hold(stream.get()::close);
    return true;
  }

  private void route(Exchange exchange) {
    Optional<String> sessionId = exchange.header("Mcp-Session-Id");
    exchange.era(Route.era(exchange.header("MCP-Protocol-Version"), sessionId, exchange.message()));
    handlers.handle(
        exchange,
        Route.of(
            exchange.request().method().name(), exchange.era(), sessionId, exchange.message()));
  }
}
