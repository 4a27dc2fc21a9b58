package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.BackendCall;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.proxy.PassedHeaders;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ResumeDecision;
import dev.mcpsession.gateway.resume.ResumeDecision.AskBackend;
import dev.mcpsession.gateway.resume.ResumeDecision.Forward;
import dev.mcpsession.gateway.resume.ResumeDecision.Live;
import dev.mcpsession.gateway.resume.ResumeDecision.Lost;
import dev.mcpsession.gateway.resume.ResumeDecision.Replay;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Gets the rest of the answer to a request from whoever has it, or an error for the request. To be
 * used on its event loop.
 */
final class ResumedAnswer {
  private static final String LOST =
      "The rest of this answer is lost. What the MCP server did of the request is not known.";

  /** A backend may notice late that the connection is closed which this stream was on. */
  private static final int MOST_TRIES = 10;

  private static final Duration TRY_PAUSE = Duration.ofMillis(200);

  private final Resumption.Parts with;
  private final Exchange exchange;
  private final Connection connection;
  private final Backend serving;
  private final String requestId;
  private final String lastEventId;

  /**
   * Of one client.
   *
   * @param requestId as JSON
   */
  ResumedAnswer(
      Resumption.Parts with,
      Exchange exchange,
      Connection connection,
      Backend serving,
      String requestId,
      String lastEventId) {
    this.with = with;
    this.exchange = exchange;
    this.connection = connection;
    this.serving = serving;
    this.requestId = requestId;
    this.lastEventId = lastEventId;
  }

  /** Carries it out. */
  void begin(ResumeDecision decision) {
    switch (decision) {
      case AskBackend(var session, var id) -> ask(session, id, MOST_TRIES);
      case Replay(var stream, var after) -> replay(stream, after);
      case Forward(var replica) -> forward(replica);
      case Lost lost -> lost();
      case Live live -> throw new IllegalStateException("it is for a request");
    }
  }

  private void ask(Incarnation session, String id, int tries) {
    Binding binding =
        connection.binding().session().equals(session)
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
                with.baseUrl(),
                exchange.trace(),
                binding.backendSessionId())
            .set(Resumption.LAST_EVENT_ID, id);
    BackendCall call = with.loop().backends().send(endpoint.get(), HttpMethod.GET, headers, null);
    exchange.whenGone(call::cancel);
    untilDrained(call, session.revision(), endpoint.get());
    call.answer()
        .onSuccess(
            answer -> {
              if (exchange.isOver()) {
                answer.cancel();
              } else if (answer.status() == 200 && answer.isEventStream()) {
                with.services().listener().resumed("backend");
                pass(answer, new RewrittenEvents(session, Optional.of(requestId)), true);
              } else if (answer.status() == 409 && tries > 0) {
                answer.discard();
                with.loop().later(TRY_PAUSE, () -> askAgain(session, id, tries - 1));
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
        with.inFlight()
            .begun(
                exchange.resource(),
                exchange.user(),
                serving.ofSameSession(revision, endpoint),
                why -> {
                  exchange.cutShort(why);
                  call.cancel();
                });
    call.over().onComplete(end -> over.run());
  }

  private void askAgain(Incarnation session, String id, int tries) {
    if (!exchange.isOver()) {
      ask(session, id, tries);
    }
  }

  /**
   * The rest comes from somebody else.
   *
   * @param mayPoll whether it may end without the answer, so that the client asks again: servers of
   *     2025-11-25 may close streams whenever they like
   */
  private void pass(BackendAnswer answer, StreamEvents events, boolean mayPoll) {
    EventRelay relay = stream();
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

  private EventRelay stream() {
    return with.answers().begin(exchange, serving, Optional.of(requestId));
  }

  private void replay(long number, long after) {
    Optional<BufferedStream> stream = with.kept().buffers().find(number, connection.name());
    if (stream.isEmpty()) {
      lost();
      return;
    }
    with.services().listener().resumed("buffer");
    EventRelay relay = stream();
    BufferReplay.begin(
        with.loop(),
        relay,
        stream.get(),
        with.kept().prefix(stream.get()),
        after,
        how -> {
          if (how == BufferReplay.End.ANSWERED) {
            relay.endHere(Buffer.buffer(), true);
          } else {
            relay.endWithError(Refusal.INTERNAL_ERROR, LOST, true);
          }
        });
  }

  private void forward(ReplicaId replica) {
    with.replicas()
        .ask(
            exchange,
            replica,
            connection,
            lastEventId,
            found -> {
              switch (found) {
                case ReplicaCalls.Found.Rest(var answer) -> {
                  with.services().listener().resumed("replica");
                  pass(answer, new PassedEvents(true), false);
                }
                case ReplicaCalls.Found.Nothing nothing -> {
                  with.services().listener().resumed("replica");
                  stream().endHere(Buffer.buffer(), true);
                }
                case ReplicaCalls.Found.Lost none -> lost();
              }
            });
  }

  private void lost() {
    if (exchange.isOver()) {
      return;
    }
    with.services().listener().resumed("lost");
    stream().endWithError(Refusal.INTERNAL_ERROR, LOST, true);
  }
}
