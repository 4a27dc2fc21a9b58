package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.auth.Challenges;
import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.Reply;
import dev.mcpsession.gateway.route.ReplyParser;
import dev.mcpsession.gateway.route.Route;
import dev.mcpsession.gateway.route.Route.End;
import dev.mcpsession.gateway.route.Route.Initialize;
import dev.mcpsession.gateway.route.Route.OpenStream;
import dev.mcpsession.gateway.route.Route.Refused;
import dev.mcpsession.gateway.route.Route.ToConnection;
import dev.mcpsession.gateway.route.Route.ToUser;
import io.vertx.core.buffer.Buffer;

/** What carries out the decisions on one event loop. */
record Handlers(
    EventLoop loop,
    GatewayServer.Services services,
    Challenges challenges,
    SessionWait sessions,
    Forwarding forwarding,
    Answers answers,
    Resumption resumption,
    Rebinding rebinding,
    OpenStreams openStreams,
    PreferenceAnswers preferences,
    CancellableRequests cancellable) {

  /** Takes a request that has been let in. */
  void handle(Exchange exchange, Route route) {
    switch (route) {
      case Refused refused -> exchange.refuse(refused.refusal());
      case Initialize legacy -> begin(exchange, Kind.INITIALIZE, newId(exchange));
      case ToConnection bound -> begin(exchange, Kind.TO_CONNECTION, bound.id(), reply(exchange));
      case OpenStream stream -> open(exchange, stream.id());
      case End end -> begin(exchange, Kind.END, end.id());
      case ToUser user -> begin(exchange, Kind.TO_USER, "");
    }
  }

  private String newId(Exchange exchange) {
    String id = services.connections().newId(exchange.resource(), exchange.user());
    exchange.offer(id);
    return id;
  }

  private void open(Exchange exchange, String id) {
    switch (Resumption.wanted(exchange.header(Resumption.LAST_EVENT_ID))) {
      case GET_STREAM -> begin(exchange, Kind.GET_STREAM, id);
      case KEPT_GET_STREAM -> begin(exchange, Kind.RESUME, id);
      case ANSWER -> {
        exchange.resumes();
        begin(exchange, Kind.RESUME, id);
      }
      case NOTHING ->
          exchange.refuse(
              new Refusal(
                  400, Refusal.INVALID_REQUEST, "Last-Event-ID is none that this gateway gave."));
    }
  }

  /** What the message has to do with what went before. Servers get their own ids back. */
  private static Reply reply(Exchange exchange) {
    if (!ReplyParser.concerns(exchange.message())) {
      return new Reply.None();
    }
    ReplyParser parsed = ReplyParser.parse(exchange.body().getBytes());
    exchange.passesOn(Buffer.buffer(parsed.body()));
    return parsed.reply();
  }

  private void begin(Exchange exchange, Kind kind, String id) {
    begin(exchange, kind, id, new Reply.None());
  }

  private void begin(Exchange exchange, Kind kind, String id, Reply reply) {
    exchange.backendBegins();
    new RequestCourse(this, exchange, id).begin(kind, reply);
  }
}
