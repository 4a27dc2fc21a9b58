package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.BindingDecision;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.Reply;
import dev.mcpsession.gateway.route.RetryDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
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
 * @param demands of the session in a row, none of which let the request through
 * @param failures of backends that did not take the request
 * @param bindings how often it came out that the connection leads elsewhere
 * @param placeTries how often the backend may still say that another stream is open
 * @param draining whether it was sent to a backend that was replaced
 * @param over whether nobody waits for an answer any more
 */
public record Course(
    Kind kind,
    Reply reply,
    Optional<Connection> connection,
    Optional<Backend> backend,
    int demands,
    int failures,
    int bindings,
    int placeTries,
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
    /** The rest of the stream that answers a request, which whoever has it is asked for. */
    RESUME,
    /** To end its id. */
    END
  }

  /** Where an event has led to, and what is to be done. */
  public record Step(Course course, Action action) {}

  /** Use that comes just when the session is taken away leads to another demand, this often. */
  private static final int MOST_DEMANDS = 3;

  /** Other replicas may move a connection as well, and caches lag: it settles within so many. */
  private static final int MOST_BINDINGS = 3;

  /** A backend may notice late that the stream is closed whose place another one takes. */
  private static final int MOST_PLACE_TRIES = 10;

  private static final Duration PLACE_PAUSE = Duration.ofMillis(200);

  /** The first step of a request. */
  public static Step begin(Kind kind) {
    return begin(kind, new Reply.None());
  }

  /** The first step of a request that may have to do with what went before. */
  public static Step begin(Kind kind, Reply reply) {
    Course course =
        new Course(kind, reply, Optional.empty(), Optional.empty(), 0, 0, 0, 0, false, false);
    return switch (kind) {
      case TO_USER, INITIALIZE -> course.demand(Optional.empty(), Duration.ZERO);
      case TO_CONNECTION, RESUME, END -> course.does(new Action.Find());
    };
  }

  /** Nobody waits for an answer any more: the client has left, or was told something else. */
  public Course left() {
    return new Course(
        kind, reply, connection, backend, demands, failures, bindings, placeTries, draining, true);
  }

  /** The next step. */
  public Step on(Event event) {
    return over ? tidied(event) : next(event);
  }

  private Step next(Event event) {
    return switch (event) {
      case Event.Looked looked -> looked(looked.lookup());
      case Event.Entered entered ->
          tryPlace(entered.takesPlace() ? MOST_PLACE_TRIES : 0)
              .demand(Optional.empty(), Duration.ZERO);
      case Event.Demanded demanded ->
          switch (demanded.demand()) {
            case Served served -> to(served.backend()).does(new Action.TellUse(served.backend()));
            case NotServed none -> does(Refusals.notServed(none));
          };
      case Event.UseTold told ->
          told.goesOn()
              ? lead()
              : demands < MOST_DEMANDS
                  ? demandAgain(demands + 1, Duration.ZERO)
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
      case Event.Stored stored -> does(stored(stored.creation()));
      case Event.IdEnded ended -> does(ended(ended.ending()));
    };
  }

  /** What is left to do for a request that nobody waits for. */
  private Step tidied(Event event) {
    return does(
        switch (event) {
          case Event.Answered _ ->
              kind == Kind.INITIALIZE
                  ? new Action.Abandon(server(), Optional.empty())
                  : new Action.Drop();
          case Event.Initialized initialized -> // nobody has been told the id
              new Action.Abandon(server(), Optional.empty());
          case Event.Stored stored ->
              stored.creation() instanceof Creation.Created
                  ? new Action.Drop()
                  : new Action.Abandon(server(), Optional.empty());
          case Event.IdEnded ended ->
              ended.ending() instanceof Ending.Ended
                  ? new Action.Ended(handle())
                  : new Action.Nothing();
          case Event.Looked _,
              Event.Entered _,
              Event.Demanded _,
              Event.UseTold _,
              Event.AskerFound _,
              Event.BoundAnew _,
              Event.Failed _,
              Event.BrokenOff _ ->
              new Action.Nothing();
        });
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
    return switch (reply) {
      case Reply.None none -> new Action.Enter(connection);
      case Reply.ToAsker to -> new Action.Enter(connection);
      case Reply.Cancellation(var requestId) -> new Action.Cancel(connection, requestId);
      case Reply.ToNobody none -> Refusals.askerGone();
    };
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
        ? does(new Action.FindAsker(to.revision(), handle(), server()))
        : leadToServing();
  }

  private Step found(Asker asker) {
    return switch (asker) {
      case Asker.Serving serves -> leadToServing();
      case Asker.Later later ->
          mayMove() ? elsewhere().demandAgain(1, Duration.ZERO) : does(askerGone());
      case Asker.Draining(var place) ->
          isWithRequests()
              ? does(askerGone())
              : drains().does(new Action.Send(place.backend(), place.sessionId(), Duration.ZERO));
      case Asker.Gone gone -> does(askerGone());
    };
  }

  /** Requests of the same batch go to the backend that serves, and nowhere else. */
  private boolean isWithRequests() {
    return reply instanceof Reply.ToAsker to && to.requests();
  }

  /** Progress for a server that is gone is of no use to anybody. */
  private Action askerGone() {
    return reply instanceof Reply.ToAsker to && !to.answers()
        ? new Action.Accept()
        : Refusals.askerGone();
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
          isReadLive()
              ? does(Refusals.unknownSession())
              : elsewhere().demandAgain(1, Duration.ZERO);
      case BIND_ANEW ->
          mayMove() ? does(new Action.BindAnew(handle(), server())) : does(Refusals.isReplaced());
      case READ_LIVE ->
          mayMove() ? elsewhere().demandAgain(1, Duration.ZERO) : does(Refusals.isReplaced());
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
    if (status == 404 && reply instanceof Reply.ToAsker) {
      return does(askerGone()); // in another session of the backend its ids mean something else
    }
    if (status == 404 && isBackendSessionKnown() && bindings == 0) {
      return does(
          new Action.Find()); // the backend has forgotten its session (MCP, transports: 404)
    }
    if (status == 409 && placeTries > 0) {
      return tryPlace(placeTries - 1).send(PLACE_PAUSE);
    }
    return does(new Action.Pass(server(), false));
  }

  private boolean isBackendSessionKnown() {
    return connection.flatMap(it -> it.binding().backendSessionId()).isPresent();
  }

  private Step failed(boolean sent) {
    if (draining && !sent) {
      return does(askerGone());
    }
    Course counted =
        new Course(
            kind,
            reply,
            connection,
            backend,
            demands,
            failures + 1,
            bindings,
            placeTries,
            draining,
            false);
    return switch (RetryDecision.of(sent, counted.failures)) {
      case RetryDecision.Again again -> counted.demandAgain(1, again.pause());
      case RetryDecision.GiveUp giveUp -> counted.does(new Action.Refuse(giveUp.refusal()));
    };
  }

  private Action stored(Creation creation) {
    return switch (creation) {
      case Creation.Created done -> new Action.Pass(server(), true);
      case Creation.TooMany none -> abandon(Refusals.tooManyIds());
      case Creation.Refused refused ->
          abandon(new Refusal(400, Refusal.INVALID_REQUEST, refused.message()));
      case Creation.Failed failed ->
          abandon(Refusals.notWritten(failed.message(), failed.apiAway()));
    };
  }

  private Action abandon(Refusal refusal) {
    return new Action.Abandon(server(), Optional.of(refusal));
  }

  private Action ended(Ending ending) {
    return switch (ending) {
      case Ending.Ended done -> new Action.Ended(handle());
      case Ending.Failed failed ->
          new Action.Refuse(Refusals.notWritten(failed.message(), failed.apiAway()));
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
    return demanded(1).does(new Action.Demand(after, pause));
  }

  private Step demandAgain(int count, Duration pause) {
    return demanded(count).does(new Action.Demand(backend, pause));
  }

  /** Whether the session was read live, and not from a cache that may be behind. */
  private boolean isReadLive() {
    return demands > 1 || failures > 0 || bindings > 0;
  }

  private boolean mayMove() {
    return bindings < MOST_BINDINGS;
  }

  private Course demanded(int count) {
    return new Course(
        kind, reply, connection, backend, count, failures, bindings, placeTries, draining, over);
  }

  private Course of(Connection found) {
    return new Course(
        kind,
        reply,
        Optional.of(found),
        backend,
        demands,
        failures,
        bindings,
        placeTries,
        draining,
        over);
  }

  private Course to(Backend serving) {
    return new Course(
        kind,
        reply,
        connection,
        Optional.of(serving),
        demands,
        failures,
        bindings,
        placeTries,
        draining,
        over);
  }

  private Course elsewhere() {
    return new Course(
        kind,
        reply,
        connection,
        backend,
        demands,
        failures,
        bindings + 1,
        placeTries,
        draining,
        over);
  }

  private Course drains() {
    return new Course(
        kind, reply, connection, backend, demands, failures, bindings, placeTries, true, over);
  }

  private Course tryPlace(int tries) {
    return new Course(
        kind, reply, connection, backend, demands, failures, bindings, tries, draining, over);
  }
}
