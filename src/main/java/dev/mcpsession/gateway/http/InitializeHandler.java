package dev.mcpsession.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.Handshake;
import dev.mcpsession.gateway.proxy.InitializeAnswer;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import java.io.IOException;
import java.util.Optional;

/**
 * A legacy client's initialize: a new id, which is written once the backend has answered, and is
 * not known before.
 */
final class InitializeHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final SessionWait sessions;
  private final Forwarding forwarding;

  InitializeHandler(
      EventLoop loop,
      GatewayServer.Services services,
      SessionWait sessions,
      Forwarding forwarding) {
    this.loop = loop;
    this.services = services;
    this.sessions = sessions;
    this.forwarding = forwarding;
  }

  void handle(Exchange exchange) {
    JsonNode parameters;
    try {
      parameters = JSON.readTree(exchange.body().getBytes()).path("params");
    } catch (IOException e) {
      throw new IllegalStateException("it was parsed before", e);
    }
    String id = services.connections().newId(exchange.resource(), exchange.user());
    exchange.offer(id);
    sessions.serve(exchange, backend -> send(exchange, id, parameters, backend));
  }

  private void send(Exchange exchange, String id, JsonNode parameters, Backend backend) {
    Presence presence = forwarding.present(exchange, backend);
    forwarding.send(
        exchange,
        backend,
        Optional.empty(),
        other -> send(exchange, id, parameters, other),
        answer ->
            InitializeAnswer.read(answer)
                .onSuccess(read -> create(exchange, id, parameters, backend, presence, read))
                .onFailure(
                    e ->
                        exchange.refuse(
                            Refusal.backendFailed(
                                "The MCP server broke off within its answer to initialize."))));
  }

  private void create(
      Exchange exchange,
      String id,
      JsonNode parameters,
      Backend backend,
      Presence presence,
      InitializeAnswer read) {
    if (read.protocolVersion().isEmpty()) {
      pass(exchange, Optional.empty(), backend, presence, read);
      return;
    }
    if (exchange.isOver()) {
      abandon(backend, read.answer()); // nobody has been told the id
      return;
    }
    loop.then(
        services
            .connections()
            .create(
                id,
                exchange.resource(),
                exchange.user(),
                backend.session(),
                read.protocolVersion().get(),
                exchange.message().clientName(),
                parameters,
                new Binding(
                    backend.revision(),
                    read.answer().sessionId(),
                    Optional.of(backend.endpoint()))),
        created -> created(exchange, id, backend, presence, read, created),
        exchange::failed);
  }

  private void created(
      Exchange exchange,
      String id,
      Backend backend,
      Presence presence,
      InitializeAnswer read,
      Creation created) {
    switch (created) {
      case Creation.Created done -> pass(exchange, Optional.of(id), backend, presence, read);
      case Creation.TooMany none -> {
        abandon(backend, read.answer());
        services.listener().rejected(Rejection.SESSION_IDS);
        exchange.refuse(
            Refusal.tooMany("You have too many MCP sessions that are less than a minute old."));
      }
      case Creation.Refused refused -> {
        abandon(backend, read.answer());
        exchange.refuse(new Refusal(400, Refusal.INVALID_REQUEST, refused.message()));
      }
      case Creation.Failed failed -> {
        abandon(backend, read.answer());
        exchange.refuse(
            failed.apiAway()
                ? DemandRefusals.apiAway()
                : new Refusal(503, Refusal.INTERNAL_ERROR, failed.message()));
      }
    }
  }

  private void pass(
      Exchange exchange,
      Optional<String> id,
      Backend backend,
      Presence presence,
      InitializeAnswer read) {
    if (read.answer().isEventStream()) {
      forwarding.pass(exchange, backend, presence, read.answer(), id, read.read());
    } else {
      forwarding.passRead(exchange, read.answer(), id, read.read());
    }
  }

  private void abandon(Backend backend, BackendAnswer answer) {
    if (answer.isEventStream()) {
      answer.discard();
    }
    answer.sessionId().ifPresent(it -> new Handshake(loop.backends()).end(backend.endpoint(), it));
  }
}
