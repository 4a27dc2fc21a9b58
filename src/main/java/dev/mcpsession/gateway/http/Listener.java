package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.auth.Challenges;
import dev.mcpsession.gateway.route.Refusal;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The server on one event loop. All of them listen on the same port. */
final class Listener extends VerticleBase {
  /**
   * A client that acknowledges nothing for so long is gone (TCP_USER_TIMEOUT, RFC 5482): within 30
   * s, with what the kernel's timers come late.
   */
  private static final int SILENCE_MILLIS = 29_000;

  /** Of the request line: paths here are short. */
  private static final int LONGEST_LINE = 4096;

  /** What all event loops of a replica share. */
  record Shared(
      UserLimits users,
      Rebinding rebinding,
      OpenStreams openStreams,
      KeptStreams kept,
      CancellableRequests cancellable,
      AtomicInteger connections) {}

  private final ServerSettings settings;
  private final int port;
  private final GatewayServer.Services services;
  private final Shared shared;
  private final Pace pace;
  private @Nullable EventLoop loop;
  private final OpenExchanges exchanges = new OpenExchanges();
  private @Nullable StreamWatches watches;
  private @Nullable ClientConnections clients;
  private @Nullable HttpServer server;

  Listener(
      ServerSettings settings,
      int port,
      GatewayServer.Services services,
      Shared shared,
      Pace pace) {
    this.settings = settings;
    this.pace = pace;
    this.port = port;
    this.services = services;
    this.shared = shared;
  }

  /**
   * Listens, on the event loop that this was deployed on. Not done at the deployment: what is made
   * here takes event loops as well, and of several listeners that are being deployed two might get
   * the same one.
   */
  Future<?> listen() {
    Promise<HttpServer> listening = Promise.promise();
    context.runOnContext(here -> listenHere().onComplete(listening));
    return listening.future();
  }

  private Future<HttpServer> listenHere() {
    ServerSettings.Limits limits = settings.limits();
    EventLoop own = new EventLoop(vertx, limits.connectTimeout(), pace);
    StreamWatches ownWatches = new StreamWatches(own, services);
    InFlight inFlight = new InFlight(services.sessions(), services.clock());
    own.ticker().add(inFlight);
    StreamOpening opening = new StreamOpening(own, services, shared.rebinding());
    StandingStreams standing =
        new StandingStreams(
            own,
            services,
            ownWatches,
            opening,
            shared.openStreams(),
            shared.kept(),
            settings.baseUrl());
    Answers answers =
        new Answers(own, services, ownWatches, standing, shared.openStreams(), shared.kept());
    Resumption resumption =
        new Resumption(
            new Resumption.Parts(
                own,
                services,
                answers,
                inFlight,
                shared.openStreams(),
                shared.kept(),
                new ReplicaCalls(own, services),
                settings.baseUrl()));
    ReplicaStreams replicaStreams = new ReplicaStreams(own, services, shared.kept());
    own.ticker().add(nanos -> shared.kept().buffers().expire());
    Handlers handlers =
        new Handlers(
            own,
            services,
            new Challenges(services.metadata()),
            new SessionWait(own, services),
            new Forwarding(own, inFlight, settings.baseUrl()),
            answers,
            resumption,
            shared.rebinding(),
            shared.openStreams(),
            new PreferenceAnswers(own, services.connections()),
            shared.cancellable());
    Dispatcher dispatcher =
        new Dispatcher(own, settings, services, shared.users(), exchanges, handlers);
    ClientConnections ownClients =
        new ClientConnections(own, limits, services.listener(), shared.connections());
    loop = own;
    clients = ownClients;
    watches = ownWatches;
    HttpServer listening =
        vertx
            .createHttpServer(options(limits))
            .connectionHandler(ownClients::opened)
            .invalidRequestHandler(request -> invalid(own, dispatcher, request))
            .requestHandler(
                request -> {
                  ownClients.requested(request);
                  if (ReplicaStreams.isFor(request)) {
                    replicaStreams.handle(request);
                  } else {
                    dispatcher.handle(request);
                  }
                });
    server = listening;
    return listening.listen(port, settings.host());
  }

  private static HttpServerOptions options(ServerSettings.Limits limits) {
    HttpServerOptions options = new HttpServerOptions();
    options.setTcpUserTimeout(SILENCE_MILLIS);
    // All is written on the event loop: no queue of 4 KiB a connection for other threads' writes.
    options.setStrictThreadMode(true);
    return options
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(Math.min(LONGEST_LINE, limits.headerBytes()))
        .setMaxHeaderSize(limits.headerBytes())
        .setDecompressionSupported(false)
        .setCompressionSupported(false)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setAcceptBacklog(1024);
  }

  /** A head that is no HTTP, or too long. */
  private void invalid(EventLoop own, Dispatcher dispatcher, HttpServerRequest request) {
    boolean tooLong = request.decoderResult().cause() instanceof TooLongFrameException;
    if (tooLong) {
      services.listener().rejected(Rejection.HEADERS);
    }
    Refusal refusal =
        tooLong
            ? new Refusal(
                431, Refusal.INVALID_REQUEST, "The request line and headers are too long.")
            : new Refusal(400, Refusal.INVALID_REQUEST, "This is not an HTTP request.");
    Exchange exchange = dispatcher.exchange(request);
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    exchange.leaveBody();
    exchange.refuse(refusal);
    own.later(pace.linger(), () -> request.connection().close());
  }

  /** From any thread. */
  int port() {
    return server == null ? port : server.actualPort();
  }

  /** Every answer is the last one on its connection from now on. */
  void leave() {
    if (loop != null && clients != null) {
      loop.run(clients::leave);
    }
  }

  /** Takes no more connections, and ends streams. Completes when new ones are refused. */
  Future<Void> refuse() {
    if (loop == null || clients == null || watches == null) {
      return Future.succeededFuture();
    }
    ClientConnections connections = clients;
    StreamWatches streams = watches;
    Promise<Void> refused = Promise.promise();
    loop.run(
        () -> {
          connections.leave();
          streams.close();
          connections.refuse().onComplete(refused);
        });
    return refused.future();
  }

  /**
   * Completes when all connections have been closed, or at the timeout. Requests that are under way
   * then have been answered shortly before, with an error. To be called once new connections are
   * refused: what was taken before is on its event loop then.
   */
  Future<Void> shutdown(Duration timeout) {
    if (loop == null || server == null) {
      return Future.succeededFuture();
    }
    EventLoop own = loop;
    HttpServer listening = server;
    Promise<Void> closed = Promise.promise();
    own.run(
        () -> {
          own.later(timeout.minus(pace.linger()), exchanges::end);
          listening.shutdown(timeout.toMillis(), TimeUnit.MILLISECONDS).onComplete(closed);
        });
    return closed.future();
  }

  @Override
  public Future<?> stop() {
    if (loop != null) {
      loop.stop();
    }
    return Future.succeededFuture();
  }
}
