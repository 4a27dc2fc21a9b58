package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.resume.StandingEvents;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.stream.ListenEvents;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Optional;

/** Begins the standing streams of one event loop. To be used on it. */
final class StandingStreams {
  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final StreamWatches watches;
  private final StreamOpening opening;
  private final OpenStreams openStreams;
  private final KeptStreams kept;
  private final URI baseUrl;

  StandingStreams(
      EventLoop loop,
      GatewayServer.Services services,
      StreamWatches watches,
      StreamOpening opening,
      OpenStreams openStreams,
      KeptStreams kept,
      URI baseUrl) {
    this.loop = loop;
    this.services = services;
    this.watches = watches;
    this.opening = opening;
    this.openStreams = openStreams;
    this.kept = kept;
    this.baseUrl = baseUrl;
  }

  /** Whether the answer, if it is good, may be a stream that goes on when its client leaves. */
  static boolean mayOutlive(Exchange exchange) {
    return connection(exchange).isPresent();
  }

  /** Of a GET stream; empty: it is another one, or has no connection. */
  private static Optional<Connection> connection(Exchange exchange) {
    return exchange.connection().filter(it -> exchange.isGetStream());
  }

  /**
   * Begins one with the first backend's answer.
   *
   * @param relay to the client
   * @param read the beginning of the answer
   * @param body of the request
   */
  void begin(
      Exchange exchange,
      Backend backend,
      Presence presence,
      BackendAnswer answer,
      EventRelay relay,
      Buffer read,
      Buffer body) {
    StreamRequest request = StreamRequest.of(exchange, baseUrl, body);
    Optional<Connection> connection = connection(exchange);
    StandingStream standing =
        new StandingStream(
            request,
            relay,
            connection.map(it -> new StandingBuffer(loop, kept, it, relay)).orElse(null),
            opening,
            events(request, connection.isPresent(), exchange.era()),
            services.clock(),
            left -> watches.watchLeft(left, request, backend));
    loop.ticker().add(standing);
    standing.hold(() -> loop.ticker().remove(standing));
    connection.ifPresent(it -> standing.hold(openStreams.stands(it.name(), standing, loop)));
    exchange.whenReplaced(standing::replaced);
    standing.begin(backend, exchange.at(backend), answer, read);
    watches.watch(exchange, backend, presence, relay, standing);
  }

  private static StandingStream.Events events(StreamRequest request, boolean connected, Era era) {
    if (request.isPost()) {
      return (stream, session, first, acknowledged) -> new ListenEvents(first, acknowledged);
    }
    if (era != Era.LEGACY) {
      return (stream, session, first, acknowledged) -> new PassedEvents(false);
    }
    return (stream, session, first, acknowledged) -> {
      RewrittenEvents rewritten = new RewrittenEvents(session, Optional.empty());
      return connected ? new StandingEvents(rewritten, stream) : rewritten;
    };
  }
}
