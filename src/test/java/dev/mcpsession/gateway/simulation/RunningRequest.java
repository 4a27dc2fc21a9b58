package dev.mcpsession.gateway.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mcpsession.gateway.course.Action;
import dev.mcpsession.gateway.course.Course;
import dev.mcpsession.gateway.course.Event;
import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.ReplyParser;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import dev.mcpsession.gateway.simulation.Pod.What;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries out the real course of one request in a replica, as {@code http/RequestCourse} does. */
final class RunningRequest {
  private final ModelGateway gateway;
  private final World world;
  private final ModelRequest request;
  private final boolean knewEnd;
  private final Course.Step first;
  private final ModelRelay relay;
  private Course course;
  private String body;
  private String newId = "";
  private Reply.@Nullable Answer answer;
  private @Nullable Place sentTo;
  private Optional<AnswerStream> stream = Optional.empty();

  RunningRequest(ModelGateway gateway, ModelRequest request) {
    this.gateway = gateway;
    this.world = gateway.world;
    this.request = request;
    this.body = request.message.body();
    this.relay = new ModelRelay(gateway, request);
    this.knewEnd = gateway.knowsEnd(request.message.id());
    first = Course.begin(request.message.kind(), reply());
    this.course = first.course();
  }

  /** What it has to do with what went before. Servers get their own ids back. */
  private dev.mcpsession.gateway.route.Reply reply() {
    if (body.isEmpty()) {
      return new dev.mcpsession.gateway.route.Reply.None();
    }
    ReplyParser parsed = ReplyParser.parse(body.getBytes(StandardCharsets.UTF_8));
    body = new String(parsed.body(), StandardCharsets.UTF_8);
    return parsed.reply();
  }

  void begin() {
    request.whenGone(
        () -> {
          if (stream.isEmpty()) {
            gateway.streams.over(request);
          }
        });
    if (request.message.kind() == Course.Kind.INITIALIZE) {
      newId = gateway.store().newId(World.RESOURCE, World.user(request.user));
    }
    carryOut(first);
  }

  /** Its replica is killed. */
  void die() {
    if (request.message.kind() == Course.Kind.INITIALIZE && answer != null) {
      answer.sessionId().ifPresent(world.excused::add);
    } else if (request.message.kind() == Course.Kind.END) {
      course
          .connection()
          .flatMap(it -> it.binding().backendSessionId())
          .ifPresent(world.excused::add);
    }
    request.end(0, "", "");
  }

  private void on(Event event) {
    if (gateway.isDead()) {
      return;
    }
    carryOut(gateway.decisions.next(request.isOver() ? course.left() : course, event));
  }

  /** The result is known some time after it came about. */
  private <T> void then(CompletionStage<T> stage, Function<T, Event> event) {
    T result = stage.toCompletableFuture().join();
    gateway.timeline.soon(() -> on(event.apply(result)));
  }

  private void later(long pause, Runnable action) {
    gateway.timeline.after(
        pause,
        () -> {
          if (!gateway.isDead() && !request.isOver()) {
            action.run();
          }
        });
  }

  private void carryOut(Course.Step step) {
    course = step.course();
    switch (step.action()) {
      case Action.Find _ -> gateway.timeline.soon(() -> gateway.alive(this::find));
      case Action.Enter(var connection) -> {
        gateway.store().used(connection);
        boolean takesPlace =
            request.message.kind() == Course.Kind.GET_STREAM
                && gateway.streams.newest(connection.name(), relay);
        on(new Event.Entered(takesPlace));
      }
      case Action.Demand(var after, var pause) ->
          later(
              pause.toMillis(),
              () -> gateway.demand(request.user, after, demand -> on(new Event.Demanded(demand))));
      case Action.TellUse(var backend) ->
          gateway.timeline.after(
              0, () -> on(new Event.UseTold(gateway.isUsable(request.user, backend))));
      case Action.BindAnew(var connection, var backend) ->
          gateway.flights.bind(
              request.user,
              client(),
              connection,
              backend,
              result -> on(new Event.BoundAnew(result)));
      case Action.Send(var backend, var sessionId, var pause) ->
          later(pause.toMillis(), () -> send(backend, sessionId));
      case Action.Resume(var connection, var serving) ->
          new ModelResumption(gateway, request, connection, serving).begin();
      case Action.FindAsker(var asker, var connection, var serving) ->
          on(
              new Event.AskerFound(
                  gateway.decisions.asker(asker, connection, serving, gateway.timeline.instant())));
      case Action.Cancel(var connection, var rpcId) -> {
        gateway.store().used(connection);
        gateway.streams.cancel(connection, rpcId, request, body);
        refuse(202);
      }
      case Action.Accept _ -> refuse(202);
      case Action.TakeStream(var connection) ->
          then(gateway.store().takeStream(connection), Event.StreamTaken::new);
      case Action.ReadInitialize _ ->
          gateway.timeline.soon(() -> on(new Event.Initialized(Optional.of("2025-11-25"))));
      case Action.Store(var backend, var version) ->
          gateway.timeline.soon(() -> gateway.alive(() -> store(backend, version)));
      case Action.Pass(var backend, var withId) -> passed(backend, withId);
      case Action.Drop _ -> drop();
      case Action.Abandon(var backend, var refusal) -> {
        if (answer != null) {
          gateway.flights.end(request.user, client(), backend, answer.sessionId());
        }
        refuse(refusal.map(it -> it.status()).orElse(0));
      }
      case Action.End(var connection) -> {
        gateway.streams.endGetStream(connection.name());
        gateway.timeline.soon(() -> gateway.alive(() -> end(connection)));
      }
      case Action.Ended(var connection) -> {
        gateway.noteEnd(request.message.id());
        Optional<Backend> serving =
            gateway
                .serving(request.user)
                .filter(it -> it.session().equals(connection.session()))
                .filter(it -> it.revision() == connection.binding().revision());
        serving.ifPresentOrElse(
            it ->
                gateway.flights.end(
                    request.user, client(), it, connection.binding().backendSessionId()),
            () -> connection.binding().backendSessionId().ifPresent(world.excused::add));
        refuse(204);
      }
      case Action.Refuse(var refusal) -> refuse(refusal.status());
      case Action.SignInAgain _ -> refuse(401);
      case Action.Nothing _ -> finish();
    }
  }

  /** Whose the session of the protocol is. */
  private String client() {
    return request.client;
  }

  private void refuse(int status) {
    request.end(status, "", "gateway");
    finish();
  }

  private void finish() {
    gateway.ended(this);
  }

  private void find() {
    then(
        gateway.store().find(request.message.id(), World.RESOURCE, World.user(request.user)),
        Event.Looked::new);
  }

  private void end(Connection connection) {
    // One to which another replica has just bound it is ended by nobody.
    world
        .connections
        .boundTo(connection.name())
        .filter(it -> !Optional.of(it).equals(connection.binding().backendSessionId()))
        .ifPresent(world.excused::add);
    then(gateway.store().end(connection), Event.IdEnded::new);
  }

  private void send(Backend backend, Optional<String> sessionId) {
    course
        .connection()
        .ifPresent(
            connection -> {
              world.rules.require(
                  !knewEnd,
                  Rules.Rule.ENDED_IDS,
                  request + " is let through by " + gateway + ", which knew that its id has ended");
              world.rules.require(
                  backend.session().uid().equals(world.madeFor.get(request.message.id())),
                  Rules.Rule.ENDED_IDS,
                  request + " of an ended session goes to its successor " + backend.session());
            });
    What what = request.message.what();
    sentTo = new Place(backend, sessionId);
    course
        .connection()
        .filter(it -> request.message.streamed())
        .ifPresent(it -> gateway.streams.isCancellable(it, request, new Place(backend, sessionId)));
    if (what != What.GET) {
      gateway.streams.begun(request, backend, this::cutShort);
    }
    world.network.send(
        backend.endpoint(),
        new Call(
            what,
            request.user,
            client(),
            sessionId,
            what == What.INITIALIZE ? null : request,
            body,
            what == What.GET
                ? ModelOpening.lastEventId(gateway, request, session(backend))
                : Optional.empty(),
            request.message.preference()),
        reply -> heard(what, reply));
  }

  private Incarnation session(Backend backend) {
    return course
        .connection()
        .map(it -> it.at(backend.revision()))
        .orElseGet(() -> Incarnation.first(backend.revision()));
  }

  private void heard(What what, Reply reply) {
    if (reply instanceof Reply.Answer it) {
      answer = it;
      if (gateway.isDead()) {
        if (what == What.INITIALIZE) {
          it.sessionId().ifPresent(world.excused::add);
        }
        it.events().ifPresent(PodFeed::close);
        return;
      }
      on(new Event.Answered(it.status()));
    } else if (reply instanceof Reply.None(var sent)) {
      on(new Event.Failed(sent));
    }
  }

  /** The backend has no more time for it. */
  private void cutShort() {
    if (stream.isPresent()) {
      stream.get().cutShort();
    } else if (!request.isOver()) {
      refuse(502);
    }
  }

  private void store(Backend backend, String version) {
    if (gateway.timeline.chance.in(world.network.faults)) {
      world.connections.loseNextAnswer(() -> {});
    }
    Optional<String> backendId = answer == null ? Optional.empty() : answer.sessionId();
    Creation creation =
        gateway
            .store()
            .create(
                newId,
                World.RESOURCE,
                World.user(request.user),
                backend.session(),
                version,
                request.client,
                JsonNodeFactory.instance.objectNode().put("client", request.client),
                new Binding(backend.revision(), backendId, Optional.of(backend.endpoint())))
            .toCompletableFuture()
            .join();
    world.madeFor.put(newId, backend.session().uid());
    gateway.timeline.soon(() -> on(new Event.Stored(creation)));
  }

  /** What a client has set is stored first: its next request may come to another replica. */
  private void passed(Backend backend, boolean withId) {
    Reply.Answer passed = Objects.requireNonNull(answer);
    request
        .message
        .preference()
        .filter(it -> passed.status() == 200)
        .ifPresentOrElse(
            it ->
                new ModelPreferences(gateway, request, Objects.requireNonNull(sentTo))
                    .store(it, () -> pass(backend, withId)),
            () -> pass(backend, withId));
  }

  private void pass(Backend backend, boolean withId) {
    Reply.Answer passed = Objects.requireNonNull(answer);
    Optional<PodFeed> events = passed.events();
    if (request.isOver()) {
      drop();
    } else if (events.isEmpty()) {
      request.end(passed.status(), withId ? newId : "", passed.content());
      finish();
    } else if (request.message.what() == What.GET) {
      request.whenGone(this::finish);
      new ModelStanding(gateway, request, relay, backend)
          .begin(backend, session(backend), events.get());
    } else {
      request.whenGone(this::finish);
      stream =
          Optional.of(
              gateway.streams.answer(
                  course.connection().orElseThrow(),
                  request,
                  session(backend),
                  relay,
                  events.get()));
    }
  }

  /** Nobody waits for it: it is read to its end, unless it has none. */
  private void drop() {
    Reply.Answer dropped = Objects.requireNonNull(answer);
    if (request.message.what() == What.GET) {
      dropped.events().ifPresent(PodFeed::close);
    }
    finish();
  }
}
