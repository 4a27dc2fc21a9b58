package dev.mcpsession.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.course.Action;
import dev.mcpsession.gateway.course.Asker;
import dev.mcpsession.gateway.course.Course;
import dev.mcpsession.gateway.course.Event;
import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.Handshake;
import dev.mcpsession.gateway.proxy.InitializeAnswer;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.Reply;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Connections.Creation;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries out the {@link Course} of one request. To be used on its event loop. */
final class RequestCourse {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Handlers with;
  private final Exchange exchange;
  private final String id;
  private @Nullable Course course;
  private @Nullable Presence presence;
  private @Nullable Place sentTo;
  private @Nullable BackendAnswer answer;
  private @Nullable InitializeAnswer initialized;

  /**
   * Of a request that was let in.
   *
   * @param id of the client, or for it; "" if it has none
   */
  RequestCourse(Handlers with, Exchange exchange, String id) {
    this.with = with;
    this.exchange = exchange;
    this.id = id;
  }

  void begin(Course.Kind kind, Reply reply) {
    carryOut(Course.begin(kind, reply));
  }

  private void on(Event event) {
    carryOut(next(event));
  }

  private Course.Step next(Event event) {
    return (exchange.isOver() ? course().left() : course()).on(event);
  }

  private Course course() {
    return Objects.requireNonNull(course);
  }

  private <T> void then(CompletionStage<T> stage, Function<T, Event> event) {
    with.loop().then(stage, result -> on(event.apply(result)), exchange::failed);
  }

  private void later(Duration pause, Runnable action) {
    with.loop()
        .later(
            pause,
            () -> {
              if (!exchange.isOver()) {
                action.run();
              }
            });
  }

  private void carryOut(Course.Step step) {
    course = step.course();
    switch (step.action()) {
      case Action.Find find ->
          then(connections().find(id, exchange.resource(), exchange.user()), Event.Looked::new);
      case Action.Enter(var connection) -> on(new Event.Entered(enter(connection)));
      case Action.Demand(var after, var pause) ->
          later(
              pause,
              () ->
                  with.sessions()
                      .demand(exchange, after, demand -> on(new Event.Demanded(demand))));
      case Action.TellUse(var backend) ->
          then(with.services().activity().used(backend), Event.UseTold::new);
      case Action.FindAsker(var asker, var connection, var backend) ->
          on(new Event.AskerFound(Asker.of(asker, connection, backend, now())));
      case Action.Cancel(var connection, var requestId) -> cancel(connection, requestId);
      case Action.Accept accept -> exchange.answer(202);
      case Action.BindAnew(var connection, var backend) ->
          then(with.rebinding().bind(with.loop(), connection, backend), Event.BoundAnew::new);
      case Action.Send(var backend, var sessionId, var pause) ->
          later(pause, () -> send(backend, sessionId));
      case Action.Resume(var connection, var serving) ->
          with.resumption().resume(exchange, connection, serving, this::openLive);
      case Action.TakeStream(var connection) ->
          then(connections().takeStream(connection), Event.StreamTaken::new);
      case Action.ReadInitialize read -> readInitialize();
      case Action.Store(var backend, var version) -> store(backend, version);
      case Action.Pass(var backend, var newId) -> pass(backend, newId);
      case Action.Drop drop -> drop();
      case Action.Abandon(var backend, var refusal) -> abandon(backend, refusal);
      case Action.End(var connection) -> {
        with.openStreams().end(connection.name());
        then(connections().end(connection), Event.IdEnded::new);
      }
      case Action.Ended(var connection) -> {
        endAtBackend(connection);
        exchange.answer(204);
      }
      case Action.Refuse(var refusal) -> exchange.refuse(refusal);
      case Action.SignInAgain(var message) ->
          exchange.refuse(
              Refusal.unauthorized(with.challenges().signInAgain(exchange.resource()), message));
      case Action.Nothing nothing -> {}
    }
  }

  private Connections connections() {
    return with.services().connections();
  }

  private Instant now() {
    return with.services().clock().instant();
  }

  private void cancel(Connection connection, String requestId) {
    connections().used(connection);
    with.cancellable()
        .find(connection.name(), requestId)
        .map(List::of)
        .orElseGet(
            () ->
                Place.workingFor(
                    connection,
                    with.services().sessions().serving(exchange.resource(), exchange.user()),
                    now()))
        .forEach(place -> with.forwarding().tell(exchange, place));
    exchange.answer(202);
  }

  /** Whether another stream of the connection was ended for this one. */
  private boolean enter(Connection connection) {
    connections().used(connection);
    exchange.of(connection);
    return course().kind() == Course.Kind.GET_STREAM
        && with.openStreams().newest(connection.name(), exchange, with.loop());
  }

  /** Nobody has what is to be resumed. */
  private void openLive() {
    new RequestCourse(with, exchange, id).begin(Course.Kind.GET_STREAM, new Reply.None());
  }

  private void send(Backend backend, Optional<String> sessionId) {
    Place place = new Place(backend, sessionId);
    sentTo = place;
    course().connection().ifPresent(exchange::of); // it may have been bound anew since
    isCancellableAt(place);
    presence = with.answers().present(exchange, backend);
    with.forwarding()
        .send(exchange, backend, sessionId, this::answered, sent -> on(new Event.Failed(sent)));
  }

  private void isCancellableAt(Place place) {
    if (exchange.message().kind() == Message.Kind.REQUEST) {
      exchange
          .message()
          .id()
          .flatMap(
              it -> course().connection().map(c -> with.cancellable().begun(c.name(), it, place)))
          .ifPresent(exchange::hold);
    }
  }

  /** What is not passed on is read to its end and forgotten. */
  private void answered(BackendAnswer head) {
    answer = head;
    Course.Step step = next(new Event.Answered(head.status()));
    boolean passed =
        step.action() instanceof Action.Pass || step.action() instanceof Action.ReadInitialize;
    if (!passed) {
      head.discard();
    }
    carryOut(step);
  }

  private BackendAnswer answer() {
    return Objects.requireNonNull(answer);
  }

  private Place sentTo() {
    return Objects.requireNonNull(sentTo);
  }

  private void readInitialize() {
    InitializeAnswer.read(answer())
        .onSuccess(
            read -> {
              initialized = read;
              on(new Event.Initialized(read.protocolVersion()));
            })
        .onFailure(e -> on(new Event.BrokenOff()));
  }

  private void store(Backend backend, String protocolVersion) {
    then(
        connections()
            .create(
                id,
                exchange.resource(),
                exchange.user(),
                backend.session(),
                protocolVersion,
                exchange.message().clientName(),
                parameters(),
                new Binding(
                    backend.revision(), answer().sessionId(), Optional.of(backend.endpoint()))),
        creation -> {
          if (creation instanceof Creation.TooMany) {
            with.services().listener().rejected(Rejection.SESSION_IDS);
          }
          return new Event.Stored(creation);
        });
  }

  private JsonNode parameters() {
    try {
      return JSON.readTree(exchange.body().getBytes()).path("params");
    } catch (IOException e) {
      throw new IllegalStateException("it was parsed before", e);
    }
  }

  private void pass(Backend backend, boolean newId) {
    Optional<String> shown =
        newId || (initialized == null && answer().sessionId().isPresent() && !id.isEmpty())
            ? Optional.of(id)
            : Optional.empty();
    if (PreferenceAnswers.concern(exchange, answer())) {
      with.preferences()
          .read(exchange, id, sentTo(), answer(), read -> pass(backend, shown, Optional.of(read)));
    } else {
      pass(backend, shown, Optional.ofNullable(initialized).map(InitializeAnswer::read));
    }
  }

  /**
   * Passes the answer on.
   *
   * @param read what was read of the body
   */
  private void pass(Backend backend, Optional<String> shown, Optional<Buffer> read) {
    if (read.isPresent() && !answer().isEventStream()) {
      with.answers().passRead(exchange, answer(), shown, read.get());
    } else {
      with.answers()
          .pass(
              exchange,
              backend,
              Objects.requireNonNull(presence),
              answer(),
              shown,
              read.orElseGet(Buffer::buffer));
    }
  }

  private void drop() {
    if (PreferenceAnswers.concern(exchange, answer())) {
      with.preferences().read(exchange, id, sentTo(), answer(), read -> {});
    } else if (initialized == null || answer().isEventStream()) {
      answer().discard();
    }
  }

  private void abandon(Backend backend, Optional<Refusal> refusal) {
    drop();
    answer().sessionId().ifPresent(it -> endSession(backend, it));
    refusal.ifPresent(exchange::refuse);
  }

  /** Wakes no session for that. */
  private void endAtBackend(Connection connection) {
    with.services()
        .sessions()
        .serving(exchange.resource(), exchange.user())
        .filter(backend -> backend.session().equals(connection.session()))
        .filter(backend -> backend.revision() == connection.binding().revision())
        .ifPresent(
            backend ->
                connection.binding().backendSessionId().ifPresent(it -> endSession(backend, it)));
  }

  private void endSession(Backend backend, String sessionId) {
    new Handshake(with.loop().backends()).end(backend.endpoint(), sessionId);
  }
}
