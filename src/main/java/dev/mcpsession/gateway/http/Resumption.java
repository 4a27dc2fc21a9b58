package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.BackendCall;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.proxy.PassedHeaders;
import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ReplicaRequest;
import dev.mcpsession.gateway.resume.ResumeDecision;
import dev.mcpsession.gateway.resume.ResumeDecision.AskBackend;
import dev.mcpsession.gateway.resume.ResumeDecision.Forward;
import dev.mcpsession.gateway.resume.ResumeDecision.Live;
import dev.mcpsession.gateway.resume.ResumeDecision.Lost;
import dev.mcpsession.gateway.resume.ResumeDecision.Replay;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.stream.BackendEventId;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A legacy client comes back for the rest of the stream that answers one of its requests (GET with
 * Last-Event-ID; MCP 2025-11-25, transports). It gets it from whoever has it, or an error for the
 * request. To be used on its event loop.
 */
final class Resumption {
  static final String LAST_EVENT_ID = "Last-Event-ID";

  private static final String LOST =
      "The rest of this answer is lost. What the MCP server did of the request is not known.";

  /** A backend may notice late that the connection is closed which this stream was on. */
  private static final int MOST_TRIES = 10;

  private static final Duration TRY_PAUSE = Duration.ofMillis(200);

  /** Of another replica; it has nothing to do but to look. */
  private static final Duration REPLICA_PATIENCE = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final Forwarding forwarding;
  private final InFlight inFlight;
  private final OpenStreams openStreams;
  private final KeptStreams kept;
  private final URI baseUrl;

  Resumption(
      EventLoop loop,
      GatewayServer.Services services,
      Forwarding forwarding,
      InFlight inFlight,
      OpenStreams openStreams,
      KeptStreams kept,
      URI baseUrl) {
    this.loop = loop;
    this.services = services;
    this.forwarding = forwarding;
    this.inFlight = inFlight;
    this.openStreams = openStreams;
    this.kept = kept;
    this.baseUrl = baseUrl;
  }

  /** What a GET is about. */
  enum Wanted {
    /** The rest of the stream that answers a request. */
    ANSWER,
    /** The GET stream. */
    GET_STREAM,
    /** No gateway gave this id. */
    NOTHING
  }

  /** What a GET with this header is about; without one, the GET stream. */
  static Wanted wanted(Optional<String> lastEventId) {
    return lastEventId
        .map(
            it ->
                Named.by(it)
                    .map(
                        stream ->
                            stream.requestId().isPresent() ? Wanted.ANSWER : Wanted.GET_STREAM)
                    .orElse(Wanted.NOTHING))
        .orElse(Wanted.GET_STREAM);
  }

  /**
   * The stream that an event id names.
   *
   * @param requestId of the request that it answers; empty: it is a GET stream
   */
  private record Named(Optional<String> requestId) {
    /** Empty: no gateway gave this id. */
    static Optional<Named> by(String lastEventId) {
      return BufferedEventId.parse(lastEventId)
          .map(id -> new Named(id.requestId()))
          .or(() -> BackendEventId.parse(lastEventId).map(id -> new Named(id.requestId())));
    }
  }

  /** The GET stream of a backend is asked of it with its own id, if that is the one that serves. */
  static Optional<String> ofGetStream(String lastEventId, int revision) {
    return BackendEventId.parse(lastEventId)
        .filter(
            id ->
                ResumeDecision.ofBackend(
                        id.revision(),
                        id.requestId(),
                        id.id(),
                        OptionalInt.of(revision),
                        OptionalInt.empty())
                    instanceof AskBackend)
        .map(BackendEventId::id);
  }

  /**
   * Carries it out.
   *
   * @param connection that the client's id stands for
   * @param serving the backend of the session now
   */
  void resume(Exchange exchange, Connection connection, Backend serving) {
    String lastEventId = exchange.header(LAST_EVENT_ID).orElseThrow();
    String requestId = Named.by(lastEventId).flatMap(Named::requestId).orElseThrow();
    Attempt attempt = new Attempt(exchange, connection, serving, requestId, lastEventId);
    openStreams.newest(attempt.place(), exchange, loop);
    switch (attempt.decide()) {
      case AskBackend(var revision, var id) -> attempt.ask(revision, id, MOST_TRIES);
      case Replay(var stream, var after) -> attempt.replay(stream, after);
      case Forward(var replica) -> attempt.forward(replica);
      case Lost lost -> attempt.lost();
      case Live live -> throw new IllegalStateException("it is for a request");
    }
  }

  /** One client's. */
  private final class Attempt {
    private final Exchange exchange;
    private final Connection connection;
    private final Backend serving;
    private final String requestId;
    private final String lastEventId;

    Attempt(
        Exchange exchange,
        Connection connection,
        Backend serving,
        String requestId,
        String lastEventId) {
      this.exchange = exchange;
      this.connection = connection;
      this.serving = serving;
      this.requestId = requestId;
      this.lastEventId = lastEventId;
    }

    /** Of the streams with this, the newest one counts. */
    String place() {
      return OpenStreams.ofRequest(connection, requestId);
    }

    ResumeDecision decide() {
      return BackendEventId.parse(lastEventId)
          .map(
              id ->
                  ResumeDecision.ofBackend(
                      id.revision(),
                      id.requestId(),
                      id.id(),
                      bound().map(it -> OptionalInt.of(it.revision())).orElse(OptionalInt.empty()),
                      draining()
                          .map(it -> OptionalInt.of(it.revision()))
                          .orElse(OptionalInt.empty())))
          .orElseGet(
              () -> {
                BufferedEventId id = BufferedEventId.parse(lastEventId).orElseThrow();
                return ResumeDecision.ofBuffer(
                    id,
                    ReplicaId.opened(id.replica(), services.keys()),
                    kept.replica(),
                    kept(id.stream()).filter(it -> it.reachesBackTo(id.number())).isPresent());
              });
    }

    private Optional<BufferedStream> kept(long number) {
      return kept.buffers().find(number, connection.name());
    }

    private Optional<Binding> bound() {
      return Optional.of(connection.binding())
          .filter(binding -> binding.revision() >= serving.revision());
    }

    /** Until the end of its drain a backend that served before has its sessions. */
    private Optional<Binding> draining() {
      return serving.hasDrainingPredecessor(services.clock().instant())
          ? bound().isPresent() ? connection.previous() : Optional.of(connection.binding())
          : Optional.empty();
    }

    void ask(int revision, String id, int tries) {
      Binding binding =
          connection.binding().revision() == revision
              ? connection.binding()
              : connection.previous().orElseThrow();
      Optional<URI> endpoint = binding.endpoint(serving);
      if (endpoint.isEmpty()) {
        lost();
        return;
      }
      MultiMap headers =
          PassedHeaders.toBackend(
                  exchange.request().headers(),
                  exchange.request().remoteAddress().hostAddress(),
                  baseUrl,
                  exchange.trace(),
                  binding.backendSessionId())
              .set(LAST_EVENT_ID, id);
      BackendCall call = loop.backends().send(endpoint.get(), HttpMethod.GET, headers, null);
      exchange.whenGone(call::cancel);
      untilDrained(call, revision, endpoint.get());
      call.answer()
          .onSuccess(
              answer -> {
                if (exchange.isOver()) {
                  answer.cancel();
                } else if (answer.status() == 200 && answer.isEventStream()) {
                  services.listener().resumed("backend");
                  pass(answer, new RewrittenEvents(revision, Optional.of(requestId)), true);
                } else if (answer.status() == 409 && tries > 0) {
                  answer.discard();
                  loop.later(TRY_PAUSE, () -> askAgain(revision, id, tries - 1));
                } else {
                  answer.discard();
                  lost();
                }
              })
          .onFailure(e -> lost());
    }

    /** The backend may be one that drains, and nobody shall wait for it beyond that. */
    private void untilDrained(BackendCall call, int revision, URI endpoint) {
      Runnable over =
          inFlight.begun(
              exchange.resource(),
              exchange.user(),
              serving.ofSameSession(revision, endpoint),
              why -> {
                exchange.cutShort(why);
                call.cancel();
              });
      call.over().onComplete(end -> over.run());
    }

    private void askAgain(int revision, String id, int tries) {
      if (!exchange.isOver()) {
        ask(revision, id, tries);
      }
    }

    /**
     * The rest comes from somebody else.
     *
     * @param mayPoll whether it may end without the answer, so that the client asks again: servers
     *     of 2025-11-25 may close streams whenever they like
     */
    private void pass(BackendAnswer answer, StreamEvents events, boolean mayPoll) {
      EventRelay relay = begin();
      relay.outlivesBackends(
          (source, broken) -> {
            boolean complete = events.isAnswered() || (mayPoll && !broken && events.count() > 0);
            if (complete) {
              relay.endHere(Buffer.buffer(), true);
            } else {
              relay.endWithError(Refusal.INTERNAL_ERROR, LOST, true);
            }
          });
      relay.begin(answer, events, Buffer.buffer());
    }

    private EventRelay begin() {
      exchange.answered();
      exchange
          .eventsHead(200)
          .putHeader(HttpHeaders.CONTENT_TYPE, ServerSentEvents.MEDIA_TYPE)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
      EventRelay relay = new EventRelay(exchange.response(), Optional.of(requestId));
      forwarding.stream(exchange, serving, relay);
      return relay;
    }

    void replay(long number, long after) {
      Optional<BufferedStream> stream = kept(number);
      if (stream.isEmpty()) {
        lost();
        return;
      }
      services.listener().resumed("buffer");
      EventRelay relay = begin();
      BufferReplay.begin(
          loop,
          relay,
          stream.get(),
          kept.prefix(stream.get()),
          after,
          how -> {
            if (how == BufferReplay.End.ANSWERED) {
              relay.endHere(Buffer.buffer(), true);
            } else {
              relay.endWithError(Refusal.INTERNAL_ERROR, LOST, true);
            }
          });
    }

    void forward(ReplicaId replica) {
      ReplicaRequest request =
          new ReplicaRequest(
              UUID.randomUUID().toString(),
              services.clock().instant(),
              connection.name(),
              lastEventId);
      BackendCall call =
          loop.backends()
              .send(
                  URI.create(
                      "http://" + replica.host() + ":" + replica.port() + ReplicaRequest.PATH),
                  HttpMethod.GET,
                  HttpHeaders.headers().set(ReplicaRequest.HEADER, request.sealed(services.keys())),
                  null);
      exchange.whenGone(call::cancel);
      loop.later(
          REPLICA_PATIENCE,
          () -> {
            if (!call.answer().isComplete()) {
              call.cancel();
            }
          });
      call.answer().onSuccess(answer -> forwarded(request, answer)).onFailure(e -> lost());
    }

    private void forwarded(ReplicaRequest request, BackendAnswer answer) {
      String proof = answer.headers().get(ReplicaRequest.PROOF_HEADER);
      boolean genuine = proof != null && request.isProof(proof, answer.status(), services.keys());
      if (exchange.isOver()) {
        answer.cancel();
      } else if (genuine && answer.status() == 200 && answer.isEventStream()) {
        services.listener().resumed("replica");
        pass(answer, new PassedEvents(true), false);
      } else if (genuine && answer.status() == ReplicaStreams.ANSWERED) {
        services.listener().resumed("replica");
        answer.discard();
        begin().endHere(Buffer.buffer(), true);
      } else {
        answer.cancel(); // it may be anybody's
        lost();
      }
    }

    void lost() {
      if (exchange.isOver()) {
        return;
      }
      services.listener().resumed("lost");
      begin().endWithError(Refusal.INTERNAL_ERROR, LOST, true);
    }
  }
}
