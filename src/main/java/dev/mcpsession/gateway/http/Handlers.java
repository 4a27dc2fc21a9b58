package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.route.Route;
import dev.mcpsession.gateway.route.Route.End;
import dev.mcpsession.gateway.route.Route.Initialize;
import dev.mcpsession.gateway.route.Route.OpenStream;
import dev.mcpsession.gateway.route.Route.Refused;
import dev.mcpsession.gateway.route.Route.ToConnection;
import dev.mcpsession.gateway.route.Route.ToUser;
import dev.mcpsession.gateway.session.Backend;
import java.util.Optional;

/** Carries out what was decided for a request that has been let in. */
record Handlers(
    SessionWait sessions,
    Forwarding forwarding,
    InitializeHandler initialize,
    ConnectionHandler connections) {

  void handle(Exchange exchange, Route route) {
    switch (route) {
      case Refused refused -> exchange.refuse(refused.refusal());
      case Initialize legacy -> initialize.handle(exchange);
      case ToConnection bound -> connections.forward(exchange, bound.id());
      case OpenStream stream -> connections.forward(exchange, stream.id());
      case End end -> connections.end(exchange, end.id());
      case ToUser user -> sessions.serve(exchange, backend -> send(exchange, backend));
    }
  }

  private void send(Exchange exchange, Backend backend) {
    Presence presence = forwarding.present(exchange, backend);
    forwarding.send(
        exchange,
        backend,
        Optional.empty(),
        other -> send(exchange, other),
        answer -> forwarding.pass(exchange, backend, presence, answer));
  }
}
