package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.resume.BufferBounds;
import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.NumberedEvents;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.StreamBuffers;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.MessageAuthentication;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.stream.BackendEventId;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The streams that this replica keeps for legacy clients whose backends give no event ids. Shared
 * by all event loops.
 */
final class KeptStreams {
  private static final Duration AFTER_END = Duration.ofSeconds(60);

  private final StreamBuffers buffers;
  private final ReplicaId replica;
  private final MessageAuthentication keys;

  KeptStreams(ServerSettings settings, GatewayServer.Services services) {
    ServerSettings.Limits limits = settings.limits();
    buffers =
        new StreamBuffers(
            new BufferBounds(
                limits.bufferEvents(),
                limits.bufferBytesOfSession(),
                limits.bufferBytes(),
                AFTER_END),
            System::nanoTime,
            services.listener()::buffered);
    replica =
        new ReplicaId(
            settings.advertised().host(),
            settings.advertised().port(),
            UUID.randomUUID().toString());
    keys = services.keys();
  }

  StreamBuffers buffers() {
    return buffers;
  }

  /** This replica. */
  ReplicaId replica() {
    return replica;
  }

  /** The stream that this replica keeps with all that came after an event, if it does. */
  Optional<BufferedStream> resumable(BufferedEventId id, String connection) {
    return buffers.find(id.stream(), connection).filter(it -> it.mayResume(id.number()));
  }

  /** The part of event ids that goes before their number. */
  String prefix(BufferedStream stream) {
    return BufferedEventId.prefix(replica.sealed(keys), stream.number(), stream.requestId());
  }

  /**
   * Keeps the events that answer a request on a connection, if their backend does not.
   *
   * @param events what becomes of them besides
   * @param relay that takes them to the client, as long as it is there
   */
  StreamEvents kept(Exchange exchange, EventLoop loop, StreamEvents events, EventRelay relay) {
    Optional<String> requestId = exchange.message().id();
    if (exchange.connection().isEmpty()
        || exchange.message().kind() != Message.Kind.REQUEST
        || BackendEventId.prefix(Incarnation.first(1), requestId)
            .isEmpty()) { // it is too long for an event id
      return events;
    }
    Connection connection = exchange.connection().get();
    return new NumberedEvents(
        events,
        () -> open(exchange, loop, connection, requestId, relay),
        this::prefix,
        KeptStreams::lastWords);
  }

  private BufferedStream open(
      Exchange exchange,
      EventLoop loop,
      Connection connection,
      Optional<String> requestId,
      EventRelay relay) {
    BufferedStream stream = buffers.open(connection.session().uid(), connection.name(), requestId);
    BufferedStream.Reading client =
        stream.attachWriter(
            new BufferedStream.Reader() {
              @Override
              public void more() {}

              @Override
              public void replaced() {
                loop.run(relay::leave);
              }
            });
    exchange.hold(client::close);
    return stream;
  }

  private static Optional<byte[]> lastWords(BufferedStream stream) {
    return stream
        .requestId()
        .map(
            id ->
                ServerSentEvents.error(
                        Optional.of(id), Refusal.INTERNAL_ERROR, EventRelay.BROKEN_OFF)
                    .toString(UTF_8)
                    .getBytes(UTF_8));
  }
}
