package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.BodyRelay;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.proxy.PassedHeaders;
import dev.mcpsession.gateway.proxy.Relay;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.MessageParser;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.PassedEvents;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Passes backends' answers on to clients. To be used on its event loop. */
final class Answers {
  /** Bytes of an answer that has to be put into an event, and so is read before it is passed on. */
  private static final int LARGEST_WRAPPED = 16 * 1024 * 1024;

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final StreamWatches watches;
  private final StandingStreams standing;
  private final OpenStreams openStreams;
  private final KeptStreams kept;

  Answers(
      EventLoop loop,
      GatewayServer.Services services,
      StreamWatches watches,
      StandingStreams standing,
      OpenStreams openStreams,
      KeptStreams kept) {
    this.loop = loop;
    this.services = services;
    this.watches = watches;
    this.standing = standing;
    this.openStreams = openStreams;
    this.kept = kept;
  }

  /** The request counts as present from now on, until it has ended. */
  Presence present(Exchange exchange, Backend backend) {
    Presence presence = services.activity().begun(backend, exchange.isOpenEnded());
    exchange.hold(presence::close);
    return presence;
  }

  /**
   * Passes the answer on: head, and body as it comes.
   *
   * @param newSessionId for the client
   * @param read the beginning of the body, if it is a stream of events
   */
  void pass(
      Exchange exchange,
      Backend backend,
      Presence presence,
      BackendAnswer answer,
      Optional<String> newSessionId,
      Buffer read) {
    Buffer request = exchange.isOpenEnded() ? exchange.body() : Buffer.buffer();
    exchange.answered();
    if (exchange.isOver()) {
      answer.discard();
    } else if (exchange.early() != null) {
      passIntoEarly(exchange, backend, presence, answer, exchange.early(), read);
    } else if (answer.isEventStream()) {
      HttpServerResponse response = exchange.eventsHead(answer.status());
      PassedHeaders.toClient(answer.headers(), response.headers());
      newSessionId.ifPresent(id -> response.putHeader("Mcp-Session-Id", id));
      EventRelay relay = new EventRelay(response, exchange.message().id());
      stream(exchange, backend, presence, answer, relay, read, request);
    } else {
      HttpServerResponse response = exchange.head(answer.status());
      PassedHeaders.toClient(answer.headers(), response.headers());
      newSessionId.ifPresent(id -> response.putHeader("Mcp-Session-Id", id));
      BodyRelay relay = new BodyRelay(response, () -> exchange.request().connection().close());
      follow(exchange, relay, answer.status());
      relay.begin(answer);
    }
  }

  private void stream(
      Exchange exchange,
      Backend backend,
      Presence presence,
      BackendAnswer answer,
      EventRelay relay,
      Buffer read,
      Buffer request) {
    boolean stands = exchange.isOpenEnded() && answer.status() == 200;
    boolean mayOutlive = stands && StandingStreams.mayOutlive(exchange);
    follow(exchange, relay, answer.status(), exchange.isCancelledByLeaving() && !mayOutlive);
    exchange.response().writeHead(); // a client must not wait for the first event to see it
    if (exchange.isGetStream() && exchange.header(Resumption.LAST_EVENT_ID).isPresent()) {
      services
          .listener()
          .resumed(
              Resumption.ofGetStream(exchange, exchange.at(backend)).isPresent()
                  ? "backend"
                  : "live");
    }
    if (stands) {
      standing.begin(exchange, backend, presence, answer, relay, read, request);
    } else {
      relay.begin(answer, events(exchange, backend, relay), read);
      watches.watch(exchange, backend, presence, relay, null);
    }
  }

  /**
   * Begins a stream that others than the serving backend feed.
   *
   * @param requestId of the request that it answers; empty: it is a GET stream
   */
  EventRelay begin(Exchange exchange, Backend serving, Optional<String> requestId) {
    exchange.answered();
    exchange
        .eventsHead(200)
        .putHeader(HttpHeaders.CONTENT_TYPE, ServerSentEvents.MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    EventRelay relay = new EventRelay(exchange.response(), requestId);
    Presence presence = present(exchange, serving);
    follow(exchange, relay, 200);
    exchange.response().writeHead();
    watches.watch(exchange, serving, presence, relay, null);
    return relay;
  }

  /** What becomes of the events of the answer. */
  private StreamEvents events(Exchange exchange, Backend backend, EventRelay relay) {
    Optional<String> requestId = exchange.message().id();
    if (exchange.era() != Era.LEGACY) {
      return new PassedEvents(requestId.isPresent());
    }
    RewrittenEvents rewritten = new RewrittenEvents(exchange.at(backend), requestId);
    if (exchange.connection().isEmpty()) {
      return rewritten; // of initialize
    }
    if (exchange.isPost()) {
      requestId.ifPresent(
          id ->
              openStreams.add(
                  OpenStreams.ofRequest(exchange.connection().get(), id), exchange, loop));
    }
    return kept.kept(exchange, loop, rewritten, relay);
  }

  private void follow(Exchange exchange, Relay relay, int status) {
    follow(exchange, relay, status, exchange.isCancelledByLeaving());
  }

  /**
   * @param cancels whether the backend's request ends when the client leaves
   */
  private void follow(Exchange exchange, Relay relay, int status, boolean cancels) {
    if (relay instanceof EventRelay events) {
      exchange.relays(events);
      SlowClients.watch(events, exchange.resource(), services.listener());
    }
    exchange.whenGone(() -> relay.clientGone(cancels));
    relay
        .end()
        .onSuccess(
            how ->
                exchange.end(
                    switch (how) {
                      case COMPLETE, ENDED_HERE -> Outcome.of(status, true);
                      case BROKEN -> Outcome.BACKEND_ERROR;
                      case CLIENT_GONE -> // which is how the client ends what has no other end
                          exchange.isOpenEnded() ? Outcome.OK : Outcome.CANCELLED;
                    },
                    relay.bytes()));
  }

  /** The head said that events follow. */
  private void passIntoEarly(
      Exchange exchange,
      Backend backend,
      Presence presence,
      BackendAnswer answer,
      EventRelay early,
      Buffer read) {
    if (answer.isEventStream() && answer.status() == 200) {
      follow(exchange, early, 200);
      early.begin(answer, events(exchange, backend, early), read);
      watches.watch(exchange, backend, presence, early, null);
      return;
    }
    answer
        .body(LARGEST_WRAPPED)
        .onSuccess(body -> wrap(exchange, early, answer.status(), body))
        .onFailure(
            e ->
                exchange.refuse(
                    Refusal.backendFailed("The MCP server broke off within its answer.")));
  }

  /** Puts a whole answer into the stream that was begun before it. */
  private void wrap(Exchange exchange, EventRelay early, int status, Buffer body) {
    if (exchange.isOver()) {
      return;
    }
    Message message = MessageParser.parse(body.getBytes());
    if (message.kind() == Message.Kind.RESPONSE && message.id().equals(exchange.message().id())) {
      early.endHere(ServerSentEvents.message(body.toString(StandardCharsets.UTF_8)), false);
      exchange.end(Outcome.of(status, true), early.bytes());
    } else {
      exchange.refuse(
          Refusal.backendFailed("The MCP server answered with HTTP status " + status + "."));
    }
  }

  /** Passes an answer on whose body has been read. */
  void passRead(
      Exchange exchange, BackendAnswer answer, Optional<String> newSessionId, Buffer body) {
    exchange.answered();
    if (exchange.isOver()) {
      return;
    }
    if (exchange.early() != null) {
      wrap(exchange, exchange.early(), answer.status(), body);
      return;
    }
    HttpServerResponse response = exchange.head(answer.status());
    PassedHeaders.toClient(answer.headers(), response.headers());
    newSessionId.ifPresent(id -> response.putHeader("Mcp-Session-Id", id));
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    response.end(body);
    exchange.end(Outcome.of(answer.status(), true), body.length());
  }
}
