package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ResumeDecision;
import dev.mcpsession.gateway.resume.ResumeDecision.AskBackend;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.stream.BackendEventId;
import java.net.URI;
import java.util.Optional;

/**
 * A legacy client comes back for the rest of a stream (GET with Last-Event-ID; MCP 2025-11-25,
 * transports): that which answers one of its requests, or a GET stream that a replica keeps. Who
 * has it is decided here. To be used on its event loop.
 */
final class Resumption {
  static final String LAST_EVENT_ID = "Last-Event-ID";

  /** What carries it out on one event loop. */
  record Parts(
      EventLoop loop,
      GatewayServer.Services services,
      Answers answers,
      InFlight inFlight,
      OpenStreams openStreams,
      KeptStreams kept,
      ReplicaCalls replicas,
      URI baseUrl) {}

  private final Parts with;

  Resumption(Parts with) {
    this.with = with;
  }

  /** What a GET is about. */
  enum Wanted {
    /** The rest of the stream that answers a request. */
    ANSWER,
    /** The GET stream. */
    GET_STREAM,
    /** The GET stream, which a gateway may have kept. */
    KEPT_GET_STREAM,
    /** No gateway gave this id. */
    NOTHING
  }

  /** What a GET with this header is about; without one, the GET stream. */
  static Wanted wanted(Optional<String> lastEventId) {
    return lastEventId.isEmpty()
        ? Wanted.GET_STREAM
        : BufferedEventId.parse(lastEventId.get())
            .map(id -> wanted(id.requestId(), Wanted.KEPT_GET_STREAM))
            .or(
                () ->
                    BackendEventId.parse(lastEventId.get())
                        .map(id -> wanted(id.requestId(), Wanted.GET_STREAM)))
            .orElse(Wanted.NOTHING);
  }

  private static Wanted wanted(Optional<String> requestId, Wanted otherwise) {
    return requestId.isPresent() ? Wanted.ANSWER : otherwise;
  }

  /**
   * The GET stream of a backend is asked of it with its own id, if that gave it in this session.
   */
  static Optional<String> ofGetStream(String lastEventId, Incarnation serving) {
    return BackendEventId.parse(lastEventId)
        .filter(
            id ->
                ResumeDecision.ofBackend(
                        id.from(), id.requestId(), id.id(), Optional.of(serving), Optional.empty())
                    instanceof AskBackend)
        .map(BackendEventId::id);
  }

  /** The same of the event that this request names, if it opens a GET stream. */
  static Optional<String> ofGetStream(Exchange exchange, Incarnation serving) {
    return exchange
        .header(LAST_EVENT_ID)
        .filter(id -> exchange.isGetStream())
        .flatMap(id -> ofGetStream(id, serving));
  }

  /**
   * Carries it out.
   *
   * @param connection that the client's id stands for
   * @param serving the backend of the session now
   * @param live opens the GET stream anew, without what was missed
   */
  void resume(Exchange exchange, Connection connection, Backend serving, Runnable live) {
    String lastEventId = exchange.header(LAST_EVENT_ID).orElseThrow();
    Optional<BufferedEventId> kept = BufferedEventId.parse(lastEventId);
    if (kept.isPresent()) {
      ResumeDecision decision = decide(kept.get(), connection);
      if (kept.get().requestId().isEmpty()) {
        new ResumedGetStream(with, exchange, connection, serving, live).begin(decision, kept.get());
      } else {
        answer(exchange, connection, serving, kept.get().requestId().get(), lastEventId, decision);
      }
      return;
    }
    BackendEventId id = BackendEventId.parse(lastEventId).orElseThrow();
    answer(
        exchange,
        connection,
        serving,
        id.requestId().orElseThrow(),
        lastEventId,
        decide(id, connection, serving));
  }

  private void answer(
      Exchange exchange,
      Connection connection,
      Backend serving,
      String requestId,
      String lastEventId,
      ResumeDecision decision) {
    var unused =
        with.openStreams()
            .newest(OpenStreams.ofRequest(connection, requestId), exchange, with.loop());
    new ResumedAnswer(with, exchange, connection, serving, requestId, lastEventId).begin(decision);
  }

  private ResumeDecision decide(BufferedEventId id, Connection connection) {
    return ResumeDecision.ofBuffer(
        id,
        ReplicaId.opened(id.replica(), with.services().keys()),
        with.kept().replica(),
        with.kept().resumable(id, connection.name()).isPresent());
  }

  private ResumeDecision decide(BackendEventId id, Connection connection, Backend serving) {
    Optional<Binding> bound =
        Optional.of(connection.binding()).filter(it -> it.revision() >= serving.revision());
    // Until the end of its drain a backend that served before has its sessions.
    boolean drains = serving.hasDrainingPredecessor(with.services().clock().instant());
    Optional<Binding> before =
        bound.isPresent() ? connection.previous() : Optional.of(connection.binding());
    return ResumeDecision.ofBackend(
        id.from(),
        id.requestId(),
        id.id(),
        bound.map(Binding::session),
        before.filter(it -> drains).map(Binding::session));
  }
}
