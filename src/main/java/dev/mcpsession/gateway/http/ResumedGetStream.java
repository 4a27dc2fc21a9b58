package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.ResumeDecision;
import dev.mcpsession.gateway.resume.ResumeDecision.Forward;
import dev.mcpsession.gateway.resume.ResumeDecision.Replay;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A client comes back to its GET stream with an event id that the gateway gave: the stream has gone
 * on without it, and it gets what it has missed, and what follows. To be used on its event loop.
 */
final class ResumedGetStream {
  private final Resumption.Parts with;
  private final Exchange exchange;
  private final Connection connection;
  private final Backend serving;
  private final Runnable live;

  /**
   * @param live opens the stream anew, without what was missed
   */
  ResumedGetStream(
      Resumption.Parts with,
      Exchange exchange,
      Connection connection,
      Backend serving,
      Runnable live) {
    this.with = with;
    this.exchange = exchange;
    this.connection = connection;
    this.serving = serving;
    this.live = live;
  }

  /** Carries it out. */
  void begin(ResumeDecision decision, BufferedEventId id) {
    switch (decision) {
      case Replay replay -> replay(with.kept().resumable(id, connection.name()), replay.after());
      case Forward(var replica) ->
          with.replicas().ask(exchange, replica, connection, id.text(), this::forwarded);
      case ResumeDecision.AskBackend none -> live.run();
      case ResumeDecision.Live none -> live.run();
      case ResumeDecision.Lost none -> live.run();
    }
  }

  /** Whoever reads the stream now, or takes it to be open still, is ended by that. */
  private void replay(Optional<BufferedStream> stream, long after) {
    if (stream.isEmpty()) {
      live.run();
      return;
    }
    with.services().listener().resumed("buffer");
    with.openStreams().add(connection.name(), exchange, with.loop());
    EventRelay relay = with.answers().begin(exchange, serving, Optional.empty());
    BufferReplay.begin(
        with.loop(),
        relay,
        stream.get(),
        with.kept().prefix(stream.get()),
        after,
        how -> relay.endHere(ServerSentEvents.RETRY_SOON, true));
  }

  private void forwarded(ReplicaCalls.Found found) {
    if (found instanceof ReplicaCalls.Found.Rest(var answer)) {
      with.services().listener().resumed("replica");
      pass(answer);
    } else {
      live.run();
    }
  }

  private void pass(BackendAnswer answer) {
    var unused = with.openStreams().newest(connection.name(), exchange, with.loop());
    EventRelay relay = with.answers().begin(exchange, serving, Optional.empty());
    relay.outlivesBackends((source, broken) -> relay.endHere(ServerSentEvents.RETRY_SOON, true));
    relay.begin(answer, new PassedEvents(false), Buffer.buffer());
  }
}
