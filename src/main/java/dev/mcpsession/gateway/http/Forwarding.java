package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.BackendCall;
import dev.mcpsession.gateway.proxy.BackendFailure;
import dev.mcpsession.gateway.proxy.PassedHeaders;
import dev.mcpsession.gateway.session.Backend;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/** Sends requests to backends. To be used on its event loop. */
final class Forwarding {
  private final EventLoop loop;
  private final InFlight inFlight;
  private final URI baseUrl;

  /**
   * @param baseUrl as clients see the gateway
   */
  Forwarding(EventLoop loop, InFlight inFlight, URI baseUrl) {
    this.loop = loop;
    this.inFlight = inFlight;
    this.baseUrl = baseUrl;
  }

  /**
   * Sends the request.
   *
   * @param backendSessionId that takes the place of the client's
   * @param answered takes the head of the answer, whether the client is still there or not
   * @param failed is told if there is no answer, and whether a byte may have reached the backend
   */
  void send(
      Exchange exchange,
      Backend backend,
      Optional<String> backendSessionId,
      Consumer<BackendAnswer> answered,
      Consumer<Boolean> failed) {
    BackendCall call =
        loop.backends()
            .send(
                backend.endpoint(),
                exchange.request().method(),
                headers(exchange, backend, backendSessionId),
                exchange.isPost() ? exchange.body() : null);
    if (exchange.isCancelledByLeaving()) {
      exchange.whenGone(
          () -> {
            if (exchange.isWaiting() || !exchange.isGetStream()) { // which may go on without it
              call.cancel();
            }
          });
    }
    Runnable over =
        inFlight.begun(
            exchange.resource(),
            exchange.user(),
            backend,
            why -> {
              exchange.cutShort(why);
              call.cancel();
            });
    if (exchange.isOpenEnded()) {
      call.answer().onComplete(head -> over.run()); // a stream goes on at the next backend
    } else {
      call.over().onComplete(end -> over.run());
    }
    call.answer()
        .onSuccess(
            answer -> {
              try {
                answered.accept(answer);
              } catch (RuntimeException e) {
                answer.cancel();
                exchange.failed(e);
              }
            })
        .onFailure(e -> failed.accept(((BackendFailure) e).sent()));
  }

  /** Sends the request, and forgets its answer. */
  void tell(Exchange exchange, Place place) {
    loop.backends()
        .send(
            place.backend().endpoint(),
            exchange.request().method(),
            headers(exchange, place.backend(), place.sessionId()),
            exchange.body())
        .answer()
        .onSuccess(BackendAnswer::discard);
  }

  private MultiMap headers(Exchange exchange, Backend backend, Optional<String> backendSessionId) {
    MultiMap headers =
        PassedHeaders.toBackend(
            exchange.request().headers(),
            exchange.request().remoteAddress().hostAddress(),
            baseUrl,
            exchange.trace(),
            backendSessionId);
    if (exchange.connection().isPresent()) {
      headers.remove(Resumption.LAST_EVENT_ID);
      Resumption.ofGetStream(exchange, exchange.at(backend))
          .ifPresent(id -> headers.set(Resumption.LAST_EVENT_ID, id));
    }
    return headers;
  }
}
