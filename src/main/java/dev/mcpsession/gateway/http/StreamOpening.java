package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.course.BindingResult;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.BackendCall;
import dev.mcpsession.gateway.proxy.BackendFailure;
import dev.mcpsession.gateway.route.BindingDecision;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.stream.BackendEventId;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Opens the stream of a client at another backend than the one that its request went to: for the
 * GET stream of a connection that is bound anew first, for subscriptions/listen by sending the
 * request again, which has no effect but the stream.
 */
final class StreamOpening {
  /** What came of it. */
  sealed interface Result {
    /** The backend streams events, in this session. */
    record Opened(BackendAnswer answer, Incarnation session) implements Result {}

    /** The backend has no such stream (405). */
    record None() implements Result {}

    /** The client's id has ended. */
    record Ended() implements Result {}

    /**
     * It may be worth another try.
     *
     * @param heard whether the backend has heard of it
     */
    record Failed(boolean heard) implements Result {}
  }

  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final Rebinding rebinding;

  StreamOpening(EventLoop loop, GatewayServer.Services services, Rebinding rebinding) {
    this.loop = loop;
    this.services = services;
    this.rebinding = rebinding;
  }

  /**
   * Opens it.
   *
   * @param after the event of this backend after which the GET stream is to go on, if that still
   *     has its session
   */
  void open(
      StreamRequest request,
      Backend backend,
      Optional<BackendEventId> after,
      Consumer<Result> next) {
    if (request.isPost()) {
      send(
          request,
          backend,
          new Binding(backend.revision(), Optional.empty(), Optional.empty()),
          Optional.empty(),
          next);
    } else {
      connected(request, backend, after, true, next);
    }
  }

  /**
   * Opens the GET stream at the backend before the one that serves as well, while it drains: what
   * it still works on may ask the client something.
   *
   * @param opened is told if there is one
   */
  void openBefore(
      StreamRequest request, Backend serving, BiConsumer<Backend, Result.Opened> opened) {
    if (request.isPost() || !serving.hasDrainingPredecessor(services.clock().instant())) {
      return;
    }
    find(
        request,
        lookup -> {
          if (lookup instanceof Lookup.Found(var connection)
              && connection.binding().revision() == serving.revision()) {
            connection
                .previous()
                .ifPresent(previous -> openBefore(request, serving, previous, opened));
          }
        },
        e -> {});
  }

  private void openBefore(
      StreamRequest request,
      Backend serving,
      Binding previous,
      BiConsumer<Backend, Result.Opened> opened) {
    if (previous.endpoint().isEmpty() || previous.revision() >= serving.revision()) {
      return;
    }
    Backend backend = serving.ofSameSession(previous.revision(), previous.endpoint().get());
    send(
        request,
        backend,
        previous,
        request.lastEventId(previous.session()),
        result -> {
          if (result instanceof Result.Opened from) {
            opened.accept(backend, from);
          }
        });
  }

  private void find(StreamRequest request, Consumer<Lookup> next, Consumer<Throwable> failed) {
    loop.then(
        services
            .connections()
            .find(request.sessionId().orElse(""), request.resource(), request.user()),
        next,
        failed);
  }

  private void connected(
      StreamRequest request,
      Backend backend,
      Optional<BackendEventId> after,
      boolean mayForget,
      Consumer<Result> next) {
    find(
        request,
        lookup -> {
          switch (lookup) {
            case Lookup.Found(var connection) ->
                bound(request, connection, backend, after, mayForget, next);
            case Lookup.Unknown none -> next.accept(new Result.Ended());
            case Lookup.SignInAgain again -> next.accept(new Result.Ended());
            case Lookup.ApiAway away -> next.accept(new Result.Failed(false));
          }
        },
        e -> next.accept(new Result.Failed(true)));
  }

  private void bound(
      StreamRequest request,
      Connection connection,
      Backend backend,
      Optional<BackendEventId> after,
      boolean mayForget,
      Consumer<Result> next) {
    switch (BindingDecision.of(
        connection.session().uid(),
        connection.binding().revision(),
        backend.session().uid(),
        backend.revision())) {
      case BOUND ->
          send(
              request,
              backend,
              connection.binding(),
              after.flatMap(it -> it.in(connection.binding().session())),
              result -> {
                if (result instanceof Result.Ended && mayForget) {
                  bindAnew(request, connection, backend, false, next);
                } else {
                  next.accept(result instanceof Result.Ended ? new Result.Failed(true) : result);
                }
              });
      case BIND_ANEW -> bindAnew(request, connection, backend, mayForget, next);
      case READ_LIVE, OTHER_SESSION -> // the connection was found, so the cache is behind
          next.accept(new Result.Failed(false));
    }
  }

  private void bindAnew(
      StreamRequest request,
      Connection connection,
      Backend backend,
      boolean mayForget,
      Consumer<Result> next) {
    loop.then(
        rebinding.bind(loop, connection, backend),
        result -> {
          switch (result) {
            case BindingResult.Bound bound
                when bound.connection().binding().revision() == backend.revision() ->
                bound(request, bound.connection(), backend, Optional.empty(), mayForget, next);
            case BindingResult.Ended ended -> next.accept(new Result.Ended());
            case BindingResult.Failed failure -> next.accept(new Result.Failed(!failure.apiAway()));
            default -> next.accept(new Result.Failed(false));
          }
        },
        e -> next.accept(new Result.Failed(true)));
  }

  /**
   * A backend that has forgotten its session is told as {@link Result.Ended}.
   *
   * @param as what the client is known by there
   * @param lastEventId that the backend gave, and the client has
   */
  private void send(
      StreamRequest request,
      Backend backend,
      Binding as,
      Optional<String> lastEventId,
      Consumer<Result> next) {
    BackendCall call =
        loop.backends()
            .send(
                backend.endpoint(),
                request.method(),
                request.headers(as.backendSessionId(), lastEventId),
                request.isPost() ? request.body() : null);
    loop.later(
        loop.pace().silentPatience(),
        () -> {
          if (!call.answer().isComplete()) {
            call.cancel();
          }
        });
    call.answer()
        .onSuccess(
            answer -> {
              if (answer.status() == 200 && answer.isEventStream()) {
                next.accept(new Result.Opened(answer, as.session()));
                return;
              }
              answer.discard();
              next.accept(
                  switch (answer.status()) {
                    case 405 -> new Result.None();
                    case 404 -> new Result.Ended();
                    default -> new Result.Failed(true);
                  });
            })
        .onFailure(e -> next.accept(new Result.Failed(((BackendFailure) e).sent())));
  }
}
