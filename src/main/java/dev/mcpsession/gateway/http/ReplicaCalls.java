package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.BackendCall;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ReplicaRequest;
import dev.mcpsession.gateway.session.Connection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Asks other replicas for streams that they keep; {@link ReplicaStreams} answers there. To be used
 * on its event loop.
 */
final class ReplicaCalls {
  /** Of another replica; it has nothing to do but to look. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What another replica has. */
  sealed interface Found {
    /** The events after that one, as they come. */
    record Rest(BackendAnswer answer) implements Found {}

    /** There are none after that one, and the answer of the request is among those before. */
    record Nothing() implements Found {}

    /** The stream is not kept there, or the replica is gone. */
    record Lost() implements Found {}
  }

  private final EventLoop loop;
  private final GatewayServer.Services services;

  ReplicaCalls(EventLoop loop, GatewayServer.Services services) {
    this.loop = loop;
    this.services = services;
  }

  /**
   * Asks for what follows an event.
   *
   * @param exchange whose client wants it; if it leaves, the other replica sees that
   * @param lastEventId that the other replica gave
   * @param next takes what was found, unless that client has left
   */
  void ask(
      Exchange exchange,
      ReplicaId replica,
      Connection connection,
      String lastEventId,
      Consumer<Found> next) {
    ReplicaRequest request =
        new ReplicaRequest(
            UUID.randomUUID().toString(),
            services.clock().instant(),
            connection.name(),
            lastEventId);
    BackendCall call =
        loop.backends()
            .send(
                URI.create("http://" + replica.host() + ":" + replica.port() + ReplicaRequest.PATH),
                HttpMethod.GET,
                HttpHeaders.headers().set(ReplicaRequest.HEADER, request.sealed(services.keys())),
                null);
    exchange.whenGone(call::cancel);
    loop.later(
        PATIENCE,
        () -> {
          if (!call.answer().isComplete()) {
            call.cancel();
          }
        });
    call.answer()
        .onSuccess(
            answer -> {
              if (exchange.isOver()) {
                answer.cancel();
              } else {
                next.accept(found(request, answer));
              }
            })
        .onFailure(
            e -> {
              if (!exchange.isOver()) {
                next.accept(new Found.Lost());
              }
            });
  }

  private Found found(ReplicaRequest request, BackendAnswer answer) {
    String proof = answer.headers().get(ReplicaRequest.PROOF_HEADER);
    boolean genuine = proof != null && request.isProof(proof, answer.status(), services.keys());
    if (genuine && answer.status() == 200 && answer.isEventStream()) {
      return new Found.Rest(answer);
    }
    if (genuine && answer.status() == ReplicaStreams.ANSWERED) {
      answer.discard();
      return new Found.Nothing();
    }
    answer.cancel(); // it may be anybody's
    return new Found.Lost();
  }
}
