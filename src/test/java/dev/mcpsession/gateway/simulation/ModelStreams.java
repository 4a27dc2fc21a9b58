package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.resume.BufferBounds;
import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.NumberedEvents;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.StreamBuffers;
import dev.mcpsession.gateway.route.DrainEnd;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.What;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a replica knows of streams and requests under way: all of it is lost with the replica. */
final class ModelStreams {
  private static final long TICK = 1_000;

  /** Small enough that some events are gone when they are wanted. */
  private static final BufferBounds BOUNDS =
      new BufferBounds(12, 8_000, 20_000, Duration.ofSeconds(60));

  private record Waiting(String user, Backend backend, DrainEnd drain, Runnable end) {}

  final StreamBuffers buffers;
  final ReplicaId own;
  final Set<PodFeed> served = new HashSet<>();
  final Set<PodFeed> read = new HashSet<>();
  final List<ModelStanding> standing = new ArrayList<>();
  private final ModelGateway gateway;
  private final String sealed;
  private final Map<String, ModelRelay> open = new HashMap<>();
  private final Map<String, Place> cancellable = new HashMap<>();
  private final Map<ModelRequest, Waiting> inFlight = new HashMap<>();

  ModelStreams(ModelGateway gateway, String host) {
    this.gateway = gateway;
    buffers =
        new StreamBuffers(
            BOUNDS, () -> gateway.timeline.instant().toEpochMilli() * 1_000_000, change -> {});
    own = new ReplicaId(host, 8080, gateway.toString());
    sealed = own.sealed(gateway.world.connections.keys());
    gateway
        .store()
        .onStreamTaken(
            connection ->
                gateway.timeline.after(0, () -> gateway.alive(() -> endGetStream(connection))));
    gateway.timeline.after(TICK, this::tick);
  }

  private void tick() {
    if (gateway.isDead()) {
      return;
    }
    gateway.timeline.after(TICK, this::tick);
    buffers.expire();
    List.copyOf(standing).forEach(ModelStanding::tick);
    inFlight.replaceAll(
        (request, it) ->
            new Waiting(
                it.user(),
                it.backend(),
                gateway
                    .serving(it.user())
                    .filter(serving -> serving.session().equals(it.backend().session()))
                    .map(
                        serving ->
                            it.drain()
                                .serves(
                                    serving.revision(), serving.servingSince(), serving.drain()))
                    .orElse(it.drain()),
                it.end()));
    for (ModelRequest request : List.copyOf(inFlight.keySet())) {
      Waiting waiting = inFlight.get(request);
      if (waiting != null
          && gateway.decisions.isOver(waiting.drain(), gateway.timeline.instant())) {
        inFlight.remove(request);
        waiting.end().run();
      }
    }
  }

  /** A request goes to a backend; the end is told if that has no more time for it. */
  void begun(ModelRequest request, Backend backend, Runnable end) {
    inFlight.put(
        request, new Waiting(request.user, backend, DrainEnd.none(backend.revision()), end));
  }

  void over(ModelRequest request) {
    inFlight.remove(request);
  }

  /** The replica dies, and its connections break. */
  void die() {
    List.copyOf(read).forEach(PodFeed::close);
    List.copyOf(served).forEach(it -> it.end(true));
  }

  static String ofRequest(Connection connection, String rpcId) {
    return connection.name() + " " + rpcId;
  }

  /** From now on this is the stream; whether it ends another one. */
  boolean newest(String name, ModelRelay relay) {
    ModelRelay before = open.put(name, relay);
    boolean ends = before != null && before != relay && !before.isOver();
    if (ends) {
      before.leave();
    }
    return ends;
  }

  private void first(String name, ModelRelay relay) {
    open.put(name, relay);
  }

  void endGetStream(String connection) {
    ModelRelay relay = open.remove(connection);
    if (relay != null) {
      relay.leave();
    }
  }

  void isCancellable(Connection connection, ModelRequest request, Place place) {
    String name = ofRequest(connection, request.message.rpcId());
    cancellable.put(name, place);
    request.whenGone(() -> cancellable.remove(name, place));
  }

  String prefix(BufferedStream stream) {
    return BufferedEventId.prefix(sealed, stream.number(), stream.requestId());
  }

  /** What becomes of the events that answer a request. */
  private StreamEvents events(
      Connection connection, ModelRequest request, Incarnation session, ModelRelay relay) {
    Optional<String> rpcId = Optional.of(request.message.rpcId());
    return new NumberedEvents(
        new RewrittenEvents(session, rpcId),
        () -> {
          BufferedStream stream =
              buffers.open(connection.session().uid(), connection.name(), rpcId);
          BufferedStream.Reading client =
              stream.attachWriter(
                  new BufferedStream.Reader() {
                    @Override
                    public void more() {}

                    @Override
                    public void replaced() {
                      relay.leave();
                    }
                  });
          request.whenGone(client::close);
          return stream;
        },
        this::prefix,
        stream ->
            stream.requestId().map(id -> ModelRelay.error(id).getBytes(StandardCharsets.UTF_8)));
  }

  /** Takes the stream that answers a request to the client. */
  AnswerStream answer(
      Connection connection,
      ModelRequest request,
      Incarnation session,
      ModelRelay relay,
      PodFeed feed) {
    first(ofRequest(connection, request.message.rpcId()), relay);
    AnswerStream begun =
        new AnswerStream(
            gateway,
            request.message.rpcId(),
            relay,
            events(connection, request, session, relay),
            feed,
            (it, broken) -> !broken || it.isAnswered(),
            () -> over(request));
    request.whenGone(() -> begun.left(false));
    begun.begin();
    return begun;
  }

  /** Tells those that may work on a request that its client wants no answer. */
  void cancel(Connection connection, String rpcId, ModelRequest request, String body) {
    Optional.ofNullable(cancellable.get(ofRequest(connection, rpcId)))
        .map(List::of)
        .orElseGet(
            () ->
                gateway.decisions.workingFor(
                    connection, gateway.serving(request.user), gateway.timeline.instant()))
        .forEach(
            place ->
                gateway.world.network.send(
                    place.backend().endpoint(),
                    new Call(
                        What.CANCEL,
                        request.user,
                        request.client,
                        place.sessionId(),
                        request,
                        body,
                        Optional.empty(),
                        Optional.empty()),
                    reply -> {}));
  }
}
