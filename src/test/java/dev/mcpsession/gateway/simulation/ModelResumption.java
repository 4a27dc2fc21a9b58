package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ResumeDecision;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import dev.mcpsession.gateway.simulation.Pod.What;
import dev.mcpsession.gateway.stream.BackendEventId;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import java.net.URI;
import java.util.Optional;

/** Carries out where the rest of a stream comes from, as {@code http/Resumption} does. */
final class ModelResumption {
  private static final int MOST_TRIES = 10;
  private static final long TRY_PAUSE = 200;

  private final ModelGateway gateway;
  private final ModelRequest request;
  private final Connection connection;
  private final Backend serving;
  private final String lastEventId;
  private final String rpcId;
  private final ModelRelay relay;

  ModelResumption(
      ModelGateway gateway, ModelRequest request, Connection connection, Backend serving) {
    this.gateway = gateway;
    this.request = request;
    this.connection = connection;
    this.serving = serving;
    lastEventId = request.message.lastEventId().orElseThrow();
    rpcId =
        BufferedEventId.parse(lastEventId)
            .flatMap(BufferedEventId::requestId)
            .or(() -> BackendEventId.parse(lastEventId).flatMap(BackendEventId::requestId))
            .orElseThrow();
    relay = new ModelRelay(gateway, request);
  }

  void begin() {
    gateway.streams.newest(ModelStreams.ofRequest(connection, rpcId), relay);
    ResumeDecision decision = decide();
    gateway.timeline.trace.line(gateway + " resumes " + request + ": " + decision);
    switch (decision) {
      case ResumeDecision.AskBackend(var session, var id) -> ask(session, id, MOST_TRIES);
      case ResumeDecision.Replay(var stream, var after) -> replay(stream, after);
      case ResumeDecision.Forward(var replica) -> forward(replica);
      case ResumeDecision.Lost _ -> relay.endWithError(rpcId);
      case ResumeDecision.Live _ -> throw new AssertionError("it is for a request");
    }
  }

  private ResumeDecision decide() {
    return BackendEventId.parse(lastEventId)
        .map(
            id ->
                gateway.decisions.ofBackend(
                    id.from(), id.requestId(), id.id(), session(bound()), session(draining())))
        .orElseGet(
            () -> {
              BufferedEventId id = BufferedEventId.parse(lastEventId).orElseThrow();
              return gateway.decisions.ofBuffer(
                  id,
                  ReplicaId.opened(id.replica(), gateway.world.connections.keys()),
                  gateway.streams.own,
                  kept(id.stream()).filter(it -> it.mayResume(id.number())).isPresent());
            });
  }

  private static Optional<Incarnation> session(Optional<Binding> binding) {
    return binding.map(Binding::session);
  }

  private Optional<BufferedStream> kept(long number) {
    return gateway.decisions.kept(gateway.streams.buffers, number, connection.name());
  }

  private Optional<Binding> bound() {
    return Optional.of(connection.binding()).filter(it -> it.revision() >= serving.revision());
  }

  private Optional<Binding> draining() {
    return serving.hasDrainingPredecessor(gateway.timeline.instant())
        ? bound().isPresent() ? connection.previous() : Optional.of(connection.binding())
        : Optional.empty();
  }

  private void ask(Incarnation session, String id, int tries) {
    Binding binding =
        connection.binding().session().equals(session)
            ? connection.binding()
            : connection.previous().orElseThrow();
    Optional<URI> endpoint = binding.endpoint(serving);
    if (endpoint.isEmpty()) {
      relay.endWithError(rpcId);
      return;
    }
    AnswerStream[] stream = new AnswerStream[1];
    Backend asked =
        new Backend(
            serving.session(),
            session.revision(),
            endpoint.get(),
            serving.servingSince(),
            serving.drain(),
            serving.idleTimeout());
    gateway.streams.begun(
        request,
        asked,
        () -> {
          if (stream[0] == null) {
            relay.endWithError(rpcId);
          } else {
            stream[0].cutShort();
          }
        });
    gateway.world.network.send(
        endpoint.get(),
        new Call(
            What.GET,
            request.user,
            request.client,
            binding.backendSessionId(),
            request,
            "",
            Optional.of(id),
            Optional.empty()),
        reply -> {
          if (!(reply instanceof Reply.Answer answer)) {
            gateway.alive(() -> relay.endWithError(rpcId));
          } else if (gateway.isDead() || relay.isOver()) {
            answer.events().ifPresent(PodFeed::close);
          } else if (answer.events().isPresent()) {
            stream[0] =
                pass(answer.events().get(), new RewrittenEvents(session, Optional.of(rpcId)), true);
          } else if (answer.status() == 409 && tries > 0) {
            gateway.timeline.after(
                TRY_PAUSE,
                () -> {
                  if (!relay.isOver()) {
                    ask(session, id, tries - 1);
                  }
                });
          } else {
            relay.endWithError(rpcId);
          }
        });
  }

  private AnswerStream pass(PodFeed feed, StreamEvents events, boolean mayPoll) {
    AnswerStream stream =
        new AnswerStream(
            gateway,
            rpcId,
            relay,
            events,
            feed,
            (it, broken) -> it.isAnswered() || (mayPoll && !broken && it.count() > 0),
            () -> {});
    request.whenGone(() -> stream.left(true));
    stream.begin();
    return stream;
  }

  private void replay(long number, long after) {
    Optional<BufferedStream> stream = kept(number);
    if (stream.isEmpty()) {
      relay.endWithError(rpcId);
      return;
    }
    Replay replay =
        new Replay(
            gateway.timeline,
            stream.get(),
            gateway.streams.prefix(stream.get()),
            after,
            relay::write,
            answered -> {
              if (answered) {
                relay.end();
              } else {
                relay.endWithError(rpcId);
              }
            },
            relay::leave,
            relay::isOver);
    request.whenGone(replay::close);
  }

  /** To the replica at that address, whoever that is now. */
  private void forward(ReplicaId replica) {
    gateway.timeline.soon(
        () -> {
          ModelGateway other = gateway.world.replicas.get(replica.host());
          Optional<PodFeed> feed =
              other == null || other.isDead()
                  ? Optional.empty()
                  : new ModelResumption(other, request, connection, serving).serve();
          gateway.timeline.soon(
              () -> {
                if (feed.isEmpty()) {
                  gateway.alive(() -> relay.endWithError(rpcId));
                } else if (relay.isOver()) {
                  feed.get().close();
                } else {
                  pass(feed.get(), new PassedEvents(true), false);
                }
              });
        });
  }

  /** For another replica, as {@code http/ReplicaStreams} does. */
  private Optional<PodFeed> serve() {
    BufferedEventId id = BufferedEventId.parse(lastEventId).orElseThrow();
    Optional<BufferedStream> stream =
        ReplicaId.opened(id.replica(), gateway.world.connections.keys())
            .filter(gateway.streams.own::equals)
            .flatMap(own -> kept(id.stream()))
            .filter(it -> it.mayResume(id.number()));
    return stream.map(it -> serve(it, id.number()));
  }

  private PodFeed serve(BufferedStream stream, long after) {
    Replay[] replay = new Replay[1];
    PodFeed feed = new PodFeed(gateway.world, () -> replay[0].close(), () -> {});
    gateway.streams.served.add(feed);
    replay[0] =
        new Replay(
            gateway.timeline,
            stream,
            gateway.streams.prefix(stream),
            after,
            feed::emit,
            answered -> feed.end(false),
            () -> feed.end(false),
            gateway::isDead);
    return feed;
  }
}
