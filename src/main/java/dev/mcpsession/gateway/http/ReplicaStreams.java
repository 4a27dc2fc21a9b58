package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ReplicaRequest;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/**
 * What this replica keeps, for other replicas: the client has come back to one of them, which has
 * let it in. To be used on its event loop.
 */
final class ReplicaStreams {
  /** There are no events after that one, and the answer is among those before. */
  static final int ANSWERED = 204;

  /** The stream, or what follows of it, is not kept. */
  static final int LOST = 410;

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final KeptStreams kept;

  ReplicaStreams(EventLoop loop, GatewayServer.Services services, KeptStreams kept) {
    this.loop = loop;
    this.services = services;
    this.kept = kept;
  }

  /** Whether it is for here. */
  static boolean isFor(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET) && ReplicaRequest.PATH.equals(request.path());
  }

  /** Answers it; whoever is no replica sees nothing here. */
  void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.exceptionHandler(e -> {}); // the close handler is told as well
    Optional<ReplicaRequest> opened =
        Optional.ofNullable(request.getHeader(ReplicaRequest.HEADER))
            .flatMap(it -> ReplicaRequest.opened(it, services.clock().instant(), services.keys()));
    if (opened.isEmpty()) {
      response.setStatusCode(404).end();
      return;
    }
    Optional<BufferedEventId> id =
        BufferedEventId.parse(opened.get().eventId())
            .filter(
                it ->
                    ReplicaId.opened(it.replica(), services.keys())
                        .equals(Optional.of(kept.replica())));
    Optional<BufferedStream> stream =
        id.flatMap(it -> kept.resumable(it, opened.get().connection()));
    if (stream.isEmpty()) {
      answer(response, opened.get(), LOST).end();
    } else if (stream.get().isOver(id.get().number())) {
      answer(response, opened.get(), ANSWERED).end();
    } else {
      replay(response, opened.get(), stream.get(), id.get().number());
    }
  }

  private HttpServerResponse answer(
      HttpServerResponse response, ReplicaRequest request, int status) {
    return response
        .setStatusCode(status)
        .putHeader(ReplicaRequest.PROOF_HEADER, request.proof(status, services.keys()));
  }

  /** The other replica sees by the end whether there was an answer. */
  private void replay(
      HttpServerResponse response, ReplicaRequest request, BufferedStream stream, long after) {
    answer(response, request, 200)
        .putHeader("Content-Type", ServerSentEvents.MEDIA_TYPE)
        .setChunked(true)
        .writeHead();
    EventRelay relay = new EventRelay(response, Optional.empty());
    response.closeHandler(closed -> relay.clientGone(true));
    long[] next = {System.nanoTime() + loop.pace().heartbeat().toNanos()};
    Ticker.Ticked heartbeats =
        nanos -> {
          if (nanos - next[0] >= 0) {
            next[0] = nanos + loop.pace().heartbeat().toNanos();
            relay.heartbeat();
          }
        };
    loop.ticker().add(heartbeats);
    relay.end().onComplete(how -> loop.ticker().remove(heartbeats));
    BufferReplay.begin(
        loop,
        relay,
        stream,
        kept.prefix(stream),
        after,
        how -> relay.endHere(Buffer.buffer(), true));
  }
}
