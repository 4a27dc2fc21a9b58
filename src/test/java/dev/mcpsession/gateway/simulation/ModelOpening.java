package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.BindingResult;
import dev.mcpsession.gateway.resume.ResumeDecision.AskBackend;
import dev.mcpsession.gateway.route.BindingDecision;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import dev.mcpsession.gateway.simulation.Pod.What;
import dev.mcpsession.gateway.stream.BackendEventId;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens a GET stream at another backend than the first one, as {@code http/StreamOpening} does. */
final class ModelOpening {
  /** What came of opening it at another backend. */
  enum Result {
    NONE,
    ENDED,
    UNHEARD,
    HEARD
  }

  /** Takes what a backend has begun to send. */
  interface Opened {
    void at(Backend backend, Incarnation session, PodFeed feed);
  }

  private final ModelGateway gateway;
  private final ModelRequest request;

  ModelOpening(ModelGateway gateway, ModelRequest request) {
    this.gateway = gateway;
    this.request = request;
  }

  void open(Backend to, Opened opened, Consumer<Result> otherwise) {
    connected(to, true, opened, otherwise);
  }

  /** The backend before the one that serves is read as well, while it drains. */
  void openBefore(Backend backend, Opened opened) {
    find(
        lookup -> {
          if (lookup instanceof Lookup.Found(var connection)
              && connection.binding().revision() == backend.revision()
              && gateway
                  .timeline
                  .instant()
                  .isBefore(backend.servingSince().plus(backend.drain()))) {
            connection.previous().ifPresent(it -> openBefore(it, backend, opened));
          }
        });
  }

  private void openBefore(Binding previous, Backend now, Opened opened) {
    if (previous.endpoint().isEmpty() || previous.revision() >= now.revision()) {
      return;
    }
    Backend before =
        new Backend(
            now.session(),
            previous.revision(),
            previous.endpoint().get(),
            now.servingSince(),
            now.drain(),
            now.idleTimeout());
    send(before, previous, lastEventId(gateway, request, previous.session()), opened, result -> {});
  }

  /** The backend's own id of the last event that the client has. */
  static Optional<String> lastEventId(
      ModelGateway gateway, ModelRequest request, Incarnation session) {
    return request
        .message
        .lastEventId()
        .flatMap(BackendEventId::parse)
        .map(
            id ->
                gateway.decisions.ofBackend(
                    id.from(), id.requestId(), id.id(), Optional.of(session), Optional.empty()))
        .filter(AskBackend.class::isInstance)
        .map(AskBackend.class::cast)
        .map(AskBackend::backendEventId);
  }

  private void find(Consumer<Lookup> next) {
    Lookup found =
        gateway
            .store()
            .find(request.message.id(), World.RESOURCE, World.user(request.user))
            .toCompletableFuture()
            .join();
    gateway.timeline.soon(() -> gateway.alive(() -> next.accept(found)));
  }

  private void connected(Backend to, boolean mayForget, Opened opened, Consumer<Result> next) {
    find(
        lookup -> {
          switch (lookup) {
            case Lookup.Found(var connection) -> bound(connection, to, mayForget, opened, next);
            case Lookup.Unknown _, Lookup.SignInAgain _ -> next.accept(Result.ENDED);
            case Lookup.ApiAway _ -> next.accept(Result.UNHEARD);
          }
        });
  }

  private void bound(
      Connection connection, Backend to, boolean mayForget, Opened opened, Consumer<Result> next) {
    switch (BindingDecision.of(
        connection.session().uid(),
        connection.binding().revision(),
        to.session().uid(),
        to.revision())) {
      case BOUND ->
          send(
              to,
              connection.binding(),
              Optional.empty(),
              opened,
              result -> {
                if (result == Result.ENDED && mayForget) {
                  bindAnew(connection, to, false, opened, next);
                } else {
                  next.accept(result == Result.ENDED ? Result.HEARD : result);
                }
              });
      case BIND_ANEW -> bindAnew(connection, to, mayForget, opened, next);
      case READ_LIVE, OTHER_SESSION -> next.accept(Result.UNHEARD);
    }
  }

  private void bindAnew(
      Connection connection, Backend to, boolean mayForget, Opened opened, Consumer<Result> next) {
    gateway.flights.bind(
        request.user,
        request.client,
        connection,
        to,
        result -> {
          switch (result) {
            case BindingResult.Bound(var moved) when moved.binding().revision() == to.revision() ->
                bound(moved, to, mayForget, opened, next);
            case BindingResult.Ended _ -> next.accept(Result.ENDED);
            case BindingResult.Failed failed ->
                next.accept(failed.apiAway() ? Result.UNHEARD : Result.HEARD);
            default -> next.accept(Result.UNHEARD);
          }
        });
  }

  private void send(
      Backend to,
      Binding as,
      Optional<String> lastEventId,
      Opened opened,
      Consumer<Result> otherwise) {
    gateway.world.network.send(
        to.endpoint(),
        new Call(
            What.GET,
            request.user,
            request.client,
            as.backendSessionId(),
            request,
            "",
            lastEventId,
            Optional.empty()),
        reply -> {
          if (!(reply instanceof Reply.Answer answer)) {
            boolean sent = reply instanceof Reply.None(var it) && it;
            gateway.alive(() -> otherwise.accept(sent ? Result.HEARD : Result.UNHEARD));
          } else if (answer.events().isPresent()) {
            opened.at(to, as.session(), answer.events().get());
          } else {
            gateway.alive(
                () ->
                    otherwise.accept(
                        switch (answer.status()) {
                          case 405 -> Result.NONE;
                          case 404 -> Result.ENDED;
                          default -> Result.HEARD;
                        }));
          }
        });
  }
}
