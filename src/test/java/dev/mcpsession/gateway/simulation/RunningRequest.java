package dev.mcpsession.gateway.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mcpsession.gateway.course.Action;
import dev.mcpsession.gateway.course.Course;
import dev.mcpsession.gateway.course.Event;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import dev.mcpsession.gateway.simulation.Pod.What;
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
  private Course course;
  private String newId = "";
  private Reply.@Nullable Answer answer;

  RunningRequest(ModelGateway gateway, ModelRequest request) {
    this.gateway = gateway;
    this.world = gateway.world;
    this.request = request;
    this.knewEnd = gateway.knowsEnd(request.id);
    this.course = Course.begin(request.kind).course();
  }

  void begin() {
    if (request.kind == Course.Kind.INITIALIZE) {
      newId = gateway.store().newId(World.RESOURCE, World.user(request.user));
    }
    carryOut(Course.begin(request.kind));
  }

  /** Its replica is killed. */
  void die() {
    if (request.kind == Course.Kind.INITIALIZE && answer != null) {
      answer.sessionId().ifPresent(world.excused::add);
    } else if (request.kind == Course.Kind.END) {
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
        on(new Event.Entered(false));
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
      case Action.Resume _,
          Action.FindAsker _,
          Action.Cancel _,
          Action.Accept _,
          Action.TakeStream _ ->
          throw new AssertionError("no client asks for that: " + step.action());
      case Action.ReadInitialize _ ->
          gateway.timeline.soon(() -> on(new Event.Initialized(Optional.of("2025-11-25"))));
      case Action.Store(var backend, var version) ->
          gateway.timeline.soon(() -> gateway.alive(() -> store(backend, version)));
      case Action.Pass(var backend, var withId) -> pass(withId);
      case Action.Drop _ -> finish();
      case Action.Abandon(var backend, var refusal) -> {
        if (answer != null) {
          gateway.flights.end(request.user, client(), backend, answer.sessionId());
        }
        refuse(refusal.map(it -> it.status()).orElse(0));
      }
      case Action.End(var connection) ->
          gateway.timeline.soon(() -> gateway.alive(() -> end(connection)));
      case Action.Ended(var connection) -> {
        gateway.noteEnd(request.id);
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
        gateway.store().find(request.id, World.RESOURCE, World.user(request.user)),
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
                  backend.session().uid().equals(world.madeFor.get(request.id)),
                  Rules.Rule.ENDED_IDS,
                  request + " of an ended session goes to its successor " + backend.session());
            });
    What what = request.kind == Course.Kind.INITIALIZE ? What.INITIALIZE : What.MESSAGE;
    world.network.send(
        backend.endpoint(),
        new Call(what, request.user, client(), sessionId, what == What.INITIALIZE ? null : request),
        reply -> {
          if (reply instanceof Reply.Answer it) {
            answer = it;
            if (gateway.isDead()) {
              if (what == What.INITIALIZE) {
                it.sessionId().ifPresent(world.excused::add);
              }
              return;
            }
            on(new Event.Answered(it.status()));
          } else if (reply instanceof Reply.None(var sent)) {
            on(new Event.Failed(sent));
          }
        });
  }

  private void store(Backend backend, String version) {
    if (gateway.timeline.chance.in(world.network.faults)) {
      world.connections.loseNextAnswer();
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

  private void pass(boolean withId) {
    Reply.Answer passed = Objects.requireNonNull(answer);
    request.end(passed.status(), withId ? newId : "", passed.content());
    finish();
  }
}
