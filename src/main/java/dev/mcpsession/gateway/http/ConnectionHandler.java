package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.auth.Challenges;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.Handshake;
import dev.mcpsession.gateway.route.BindingDecision;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Ending;
import dev.mcpsession.gateway.session.Connections.Lookup;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Requests with a legacy session id: to the backend session that it stands for. */
final class ConnectionHandler {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final Duration PLACE_PAUSE = Duration.ofMillis(200);

  /** Other replicas may move a connection as well, and caches lag: it settles within so many. */
  private static final int MOST_BINDINGS = 3;

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final Challenges challenges;
  private final SessionWait sessions;
  private final Forwarding forwarding;
  private final Rebinding rebinding;
  private final OpenStreams openStreams;

  ConnectionHandler(
      EventLoop loop,
      GatewayServer.Services services,
      Challenges challenges,
      SessionWait sessions,
      Forwarding forwarding,
      Rebinding rebinding,
      OpenStreams openStreams) {
    this.loop = loop;
    this.services = services;
    this.challenges = challenges;
    this.sessions = sessions;
    this.forwarding = forwarding;
    this.rebinding = rebinding;
    this.openStreams = openStreams;
  }

  /** A POST, or the GET stream. */
  void forward(Exchange exchange, String id) {
    find(
        exchange,
        id,
        connection -> {
          services.connections().used(connection);
          if (!exchange.isPost() && openStreams.newest(connection.name(), exchange, loop)) {
            exchange.takesPlace();
          }
          sessions.serve(exchange, backend -> bound(exchange, id, connection, backend, 0));
        });
  }

  private void find(Exchange exchange, String id, Consumer<Connection> next) {
    exchange.backendBegins();
    loop.then(
        services.connections().find(id, exchange.resource(), exchange.user()),
        lookup -> {
          if (exchange.isOver()) {
            return;
          }
          switch (lookup) {
            case Lookup.Found found -> next.accept(found.connection());
            case Lookup.Unknown none -> exchange.refuse(Refusal.unknownSession());
            case Lookup.SignInAgain again ->
                exchange.refuse(
                    Refusal.unauthorized(
                        challenges.signInAgain(exchange.resource()),
                        "The grant of this user was rejected; sign in again."));
            case Lookup.ApiAway away -> exchange.refuse(DemandRefusals.apiAway());
          }
        },
        exchange::failed);
  }

  /**
   * Sends the request once the connection leads to this backend.
   *
   * @param anew how often it was bound anew for this request
   */
  private void bound(
      Exchange exchange, String id, Connection connection, Backend backend, int anew) {
    BindingDecision decision =
        BindingDecision.of(
            connection.session().uid(),
            connection.binding().revision(),
            backend.session().uid(),
            backend.revision());
    switch (decision) {
      case BOUND -> send(exchange, id, connection, backend, anew);
      case ENDED -> exchange.refuse(Refusal.unknownSession());
      case BIND_ANEW, READ_LIVE -> {
        if (anew >= MOST_BINDINGS) {
          exchange.refuse(
              Refusal.unavailable(
                  Refusal.INTERNAL_ERROR,
                  "The session is being replaced; try again.",
                  RETRY_AFTER));
        } else if (decision == BindingDecision.BIND_ANEW) {
          bindAnew(exchange, id, connection, backend, anew);
        } else {
          sessions.serveAfter(
              exchange, backend, live -> bound(exchange, id, connection, live, anew + 1));
        }
      }
    }
  }

  private void bindAnew(
      Exchange exchange, String id, Connection connection, Backend backend, int anew) {
    loop.then(
        rebinding.bind(loop, connection, backend),
        result -> {
          if (exchange.isOver()) {
            return;
          }
          switch (result) {
            case Rebinding.Result.Bound bound ->
                bound(exchange, id, bound.connection(), backend, anew + 1);
            case Rebinding.Result.Ended ended -> exchange.refuse(Refusal.unknownSession());
            case Rebinding.Result.Unreachable none ->
                forwarding.failed(
                    exchange, backend, false, live -> bound(exchange, id, connection, live, anew));
            case Rebinding.Result.Failure failure ->
                exchange.refuse(
                    failure.apiAway()
                        ? DemandRefusals.apiAway()
                        : Refusal.unavailable(
                            Refusal.INTERNAL_ERROR, failure.message(), RETRY_AFTER));
          }
        },
        exchange::failed);
  }

  private void send(
      Exchange exchange, String id, Connection connection, Backend backend, int anew) {
    Presence presence = forwarding.present(exchange, backend);
    forwarding.send(
        exchange,
        backend,
        connection.binding().backendSessionId(),
        other -> bound(exchange, id, connection, other, anew),
        answer -> {
          if (isForgotten(connection, answer) && anew == 0 && !exchange.isOver()) {
            answer.discard();
            forgotten(exchange, id, connection, backend);
          } else if (answer.status() == 409 && exchange.isTakingPlace()) {
            answer.discard(); // the backend has not noticed yet that the other stream is closed
            loop.later(PLACE_PAUSE, () -> bound(exchange, id, connection, backend, anew));
          } else {
            forwarding.pass(
                exchange,
                backend,
                presence,
                answer,
                answer.sessionId().map(own -> id),
                Buffer.buffer());
          }
        });
  }

  /** The backend does not know the session that it began (MCP, transports: 404). */
  private static boolean isForgotten(Connection connection, BackendAnswer answer) {
    return answer.status() == 404 && connection.binding().backendSessionId().isPresent();
  }

  /** Bound anew once, unless another request has done so meanwhile. */
  private void forgotten(Exchange exchange, String id, Connection connection, Backend backend) {
    find(
        exchange,
        id,
        current -> {
          if (current.binding().equals(connection.binding())) {
            bindAnew(exchange, id, current, backend, 0);
          } else {
            bound(exchange, id, current, backend, 1);
          }
        });
  }

  /** DELETE: the id ends everywhere, and the session of the backend with it. */
  void end(Exchange exchange, String id) {
    find(
        exchange,
        id,
        connection -> {
          openStreams.end(connection.name());
          loop.then(
              services.connections().end(connection),
              ended -> {
                switch (ended) {
                  case Ending.Ended done -> {
                    endAtBackend(exchange, connection);
                    exchange.answer(204);
                  }
                  case Ending.Failed failed ->
                      exchange.refuse(
                          failed.apiAway()
                              ? DemandRefusals.apiAway()
                              : new Refusal(503, Refusal.INTERNAL_ERROR, failed.message()));
                }
              },
              exchange::failed);
        });
  }

  /** Wakes no session for that. */
  private void endAtBackend(Exchange exchange, Connection connection) {
    BiConsumer<Backend, String> end =
        (backend, backendId) -> new Handshake(loop.backends()).end(backend.endpoint(), backendId);
    services
        .sessions()
        .serving(exchange.resource(), exchange.user())
        .filter(backend -> backend.session().equals(connection.session()))
        .filter(backend -> backend.revision() == connection.binding().revision())
        .ifPresent(
            backend ->
                connection
                    .binding()
                    .backendSessionId()
                    .ifPresent(backendId -> end.accept(backend, backendId)));
  }
}
