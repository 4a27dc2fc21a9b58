package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.BindingDecision;
import dev.mcpsession.gateway.route.Reply;
import dev.mcpsession.gateway.route.RetryDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a request has come, between being let in and the head of its answer. Each event leads to
 * one action, whose event leads on; every way has an end, since everything that is tried again is
 * counted.
 *
 * @param reply what the request has to do with what went before
 * @param connection of the client's id; empty: it has none, or it is not found yet
 * @param backend that the request was last led to; empty: none yet
 * @param tries what was tried more than once
 * @param draining whether it was sent to a backend that was replaced
 * @param over whether nobody waits for an answer any more
 */
public record Course(
    Kind kind,
    Reply reply,
    Optional<Connection> connection,
    Optional<Backend> backend,
    Tries tries,
    boolean draining,
    boolean over) {

  /** What the request wants. */
  public enum Kind {
    /** To its user's backend, without any id. */
    TO_USER,
    /** To begin a session of the protocol. */
    INITIALIZE,
    /** To the backend session that its id stands for. */
    TO_CONNECTION,
    /** The stream of its connection that answers no request, of which there is one. */
    GET_STREAM,
    /** The rest of the stream that answers a request, which whoever has it is asked for. */
    RESUME,
    /** To end its id. */
    END
  }

  /** Where an event has led to, and what is to be done. */
  public record Step(Course course, Action action) {}

  private static final Duration PLACE_PAUSE = Duration.ofMillis(200);

  /** The first step of a request. */
  public static Step begin(Kind kind) {
    return begin(kind, new Reply.None());
  }

  /** The first step of a request that may have to do with what went before. */
  public static Step begin(Kind kind, Reply reply) {
    Course course =
        new Course(kind, reply, Optional.empty(), Optional.empty(), Tries.NONE, false, false);
    return switch (kind) {
      case TO_USER, INITIALIZE -> course.demand(Optional.empty(), Duration.ZERO);
      case TO_CONNECTION, GET_STREAM, RESUME, END -> course.does(new Action.Find());
    };
  }

  /** Nobody waits for an answer any more: the client has left, or was told something else. */
  public Course left() {
    return new Course(kind, reply, connection, backend, tries, draining, true);
  }

  /** The next step. */
  public Step on(Event event) {
    return over ? does(Tidying.after(event, this)) : next(event);
  }

  private Step next(Event event) {
    return switch (event) {
      case Event.Looked looked -> looked(looked.lookup());
      case Event.Entered entered ->
          (entered.takesPlace() ? with(tries.ofPlace()) : this)
              .demand(Optional.empty(), Duration.ZERO);
      case Event.StreamTaken taken ->
          with(taken.closes() ? tries.placeTaken(true).ofPlace() : tries.placeTaken(false))
              .demand(Optional.empty(), Duration.ZERO);
      case Event.Demanded demanded ->
          switch (demanded.demand()) {
            case Served served -> to(served.backend()).does(new Action.TellUse(served.backend()));
            case NotServed none -> does(Refusals.notServed(none));
          };
      case Event.UseTold told ->
          told.goesOn()
              ? lead()
              : tries.mayDemand()
                  ? demandAgain(tries.demandedAgain(), Duration.ZERO)
                  : does(Refusals.isSuspended());
      case Event.AskerFound found -> found(found.asker());
      case Event.BoundAnew bound -> boundAnew(bound.result());
      case Event.Answered answered -> answered(answered.status());
      case Event.Failed failed -> failed(failed.sent());
      case Event.Initialized initialized ->
          does(
              initialized
                  .protocolVersion()
                  .<Action>map(version -> new Action.Store(server(), version))
                  .orElseGet(() -> new Action.Pass(server(), false)));
      case Event.BrokenOff broken -> does(Refusals.brokeOff());
      case Event.Stored stored -> does(Writes.stored(stored.creation(), server()));
      case Event.IdEnded ended -> does(Writes.ended(ended.ending(), handle()));
    };
  }

  private Step looked(Lookup lookup) {
    return switch (lookup) {
      case Lookup.Found found ->
          connection
              .map(forgotten -> foundAgain(forgotten, found.connection()))
              .orElseGet(() -> of(found.connection()).does(found(found.connection())));
      case Lookup.Unknown none -> does(Refusals.unknownSession());
      case Lookup.SignInAgain again -> does(Refusals.signInAgain());
      case Lookup.ApiAway away -> does(new Action.Refuse(Refusals.apiAway()));
    };
  }

  private Action found(Connection connection) {
    if (kind == Kind.END) {
      return new Action.End(connection);
    }
    return Replies.found(reply, connection);
  }

  /** Bound anew once, unless another request has done so meanwhile. */
  private Step foundAgain(Connection forgotten, Connection current) {
    Course found = of(current);
    return current.binding().equals(forgotten.binding())
        ? found.does(new Action.BindAnew(current, server()))
        : found.elsewhere().lead();
  }

  private Step lead() {
    if (connection.isEmpty()) {
      return send(Duration.ZERO);
    }
    return reply instanceof Reply.ToAsker to
        ? does(new Action.FindAsker(to.asker(), handle(), server()))
        : leadToServing();
  }

  private Step found(Asker asker) {
    return switch (asker) {
      case Asker.Serving serves -> leadToServing();
      case Asker.Later later ->
          tries.mayMove() ? elsewhere().demandAgain(Duration.ZERO) : does(Replies.askerGone(reply));
      case Asker.Draining(var place) ->
          Replies.isWithRequests(reply)
              ? does(Replies.askerGone(reply))
              : drains().does(new Action.Send(place.backend(), place.sessionId(), Duration.ZERO));
      case Asker.Gone gone -> does(Replies.askerGone(reply));
    };
  }

  /** Sends the request if its connection leads to the backend that serves. */
  private Step leadToServing() {
    BindingDecision decision =
        BindingDecision.of(
            handle().session().uid(),
            handle().binding().revision(),
            server().session().uid(),
            server().revision());
    if (kind == Kind.RESUME && decision != BindingDecision.OTHER_SESSION) {
      return does(new Action.Resume(handle(), server()));
    }
    return switch (decision) {
      case BOUND -> send(Duration.ZERO);
      case OTHER_SESSION ->
          tries.isReadLive()
              ? does(Refusals.unknownSession())
              : elsewhere().demandAgain(Duration.ZERO);
      case BIND_ANEW ->
          tries.mayMove()
              ? does(new Action.BindAnew(handle(), server()))
              : does(Refusals.isReplaced());
      case READ_LIVE ->
          tries.mayMove() ? elsewhere().demandAgain(Duration.ZERO) : does(Refusals.isReplaced());
    };
  }

  private Step boundAnew(BindingResult result) {
    return switch (result) {
      case BindingResult.Bound bound -> of(bound.connection()).elsewhere().lead();
      case BindingResult.Ended ended -> does(Refusals.unknownSession());
      case BindingResult.Unreachable none -> failed(false);
      case BindingResult.Failed failed -> does(Refusals.notBound(failed));
    };
  }

  private Step answered(int status) {
    if (kind == Kind.INITIALIZE) {
      return does(new Action.ReadInitialize());
    }
    if (status == 404 && reply instanceof Reply.ToAsker to && !isFromLater(to)) {
      return does(
          Replies.askerGone(
              reply)); // in another session of the backend its ids mean something else
    }
    if (status == 404 && isBackendSessionKnown() && tries.mayBeginAnew()) {
      return does(
          new Action.Find()); // the backend has forgotten its session (MCP, transports: 404)
    }
    if (status == 409 && tries.place() > 0) {
      return with(tries.triedPlace()).send(PLACE_PAUSE);
    }
    if (status == 409 && kind == Kind.GET_STREAM) {
      switch (tries.taking()) {
        case NOT_TRIED -> {
          return does(new Action.TakeStream(handle()));
        }
        case FAILED -> {
          return does(Refusals.streamIsElsewhere());
        }
        case DONE -> {} // it is the backend's own word
      }
    }
    return does(new Action.Pass(server(), false));
  }

  /** Whether another replica has bound the connection anew since, to the session that asked. */
  private boolean isFromLater(Reply.ToAsker to) {
    return tries.bindings() == 0 && to.asker().succeeds(handle().binding().session());
  }

  private boolean isBackendSessionKnown() {
    return connection.flatMap(it -> it.binding().backendSessionId()).isPresent();
  }

  private Step failed(boolean sent) {
    if (draining && !sent) {
      return does(Replies.askerGone(reply));
    }
    Course counted = with(tries.failed());
    return switch (RetryDecision.of(sent, counted.tries.failures())) {
      case RetryDecision.Again again -> counted.demandAgain(again.pause());
      case RetryDecision.GiveUp giveUp -> counted.does(new Action.Refuse(giveUp.refusal()));
    };
  }

  private Connection handle() {
    return connection.orElseThrow();
  }

  private Backend server() {
    return backend.orElseThrow();
  }

  private Step does(Action action) {
    return new Step(this, action);
  }

  private Step send(Duration pause) {
    return does(
        new Action.Send(
            server(), connection.flatMap(it -> it.binding().backendSessionId()), pause));
  }

  private Step demand(Optional<Backend> after, Duration pause) {
    return with(tries.demanded()).does(new Action.Demand(after, pause));
  }

  private Step demandAgain(Duration pause) {
    return demandAgain(tries.demanded(), pause);
  }

  private Step demandAgain(Tries now, Duration pause) {
    return with(now).does(new Action.Demand(backend, pause));
  }

  private Course of(Connection found) {
    return new Course(kind, reply, Optional.of(found), backend, tries, draining, over);
  }

  private Course to(Backend serving) {
    return new Course(kind, reply, connection, Optional.of(serving), tries, draining, over);
  }

  private Course with(Tries now) {
    return new Course(kind, reply, connection, backend, now, draining, over);
  }

  private Course elsewhere() {
    return with(tries.elsewhere());
  }

  private Course drains() {
    return new Course(kind, reply, connection, backend, tries, true, over);
  }
}
