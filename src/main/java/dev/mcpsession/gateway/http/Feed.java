package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.EventSource;
import dev.mcpsession.gateway.resume.StandingEvents;
import dev.mcpsession.gateway.route.DrainEnd;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.BackendEventId;
import dev.mcpsession.gateway.stream.ListenEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One backend's part of a {@link StandingStream}. To be used on its event loop. */
final class Feed {
  private final Backend backend;
  private final Incarnation session;
  private final StreamEvents events;
  private final Optional<String> after;
  private DrainEnd drain;
  private @Nullable EventSource source;

  /**
   * @param session of the backend
   * @param after the backend's own id of the event that it was asked to go on after
   */
  Feed(Backend backend, Incarnation session, StreamEvents events, Optional<String> after) {
    this.backend = backend;
    this.session = session;
    this.events = events;
    this.after = after;
    this.drain = DrainEnd.none(backend.revision());
  }

  void begun(EventSource begun) {
    source = begun;
  }

  int revision() {
    return backend.revision();
  }

  StreamEvents events() {
    return events;
  }

  /** Whether the backend keeps its events itself. */
  boolean isWithBackend() {
    return events instanceof StandingEvents standing && standing.isWithBackend();
  }

  /** The last event that is known to have come and has an id. */
  Optional<BackendEventId> lastEvent() {
    return events instanceof StandingEvents standing
        ? standing
            .lastEventId()
            .or(() -> after)
            .map(id -> new BackendEventId(session, Optional.empty(), id))
        : Optional.empty();
  }

  /** The event with which the backend ended a subscription; empty: it was no subscription. */
  Buffer result() {
    return events instanceof ListenEvents listen ? listen.result() : Buffer.buffer();
  }

  /** This one serves now. */
  void serves(Backend serving) {
    drain = drain.serves(serving.revision(), serving.servingSince(), serving.drain());
  }

  /** Whether its backend was replaced, and has had its time. */
  boolean isDrained(Instant now) {
    return drain.isOver(now);
  }

  void close() {
    if (source != null) {
      source.close();
    }
  }
}
