package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendFailure;
import dev.mcpsession.gateway.proxy.Handshake;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Connections.Rebinding.Failed;
import dev.mcpsession.gateway.session.Connections.Rebinding.Gone;
import dev.mcpsession.gateway.session.Connections.Rebinding.Lost;
import dev.mcpsession.gateway.session.Connections.Rebinding.Moved;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Binds connections to backend sessions that the gateway begins in the client's name, since the
 * backend that they were bound to is gone or has forgotten them. One flight for each connection in
 * a replica, whatever event loop its requests are on.
 */
final class Rebinding {
  /** What came of it. */
  sealed interface Result {
    /** The connection leads to the backend that serves. */
    record Bound(Connection connection) implements Result {}

    /** The connection has ended meanwhile. */
    record Ended() implements Result {}

    /** The backend takes no connections. */
    record Unreachable() implements Result {}

    /** The backend did not begin a session, or it could not be written. */
    record Failure(String message, boolean apiAway) implements Result {}
  }

  private final Connections connections;
  private final TrafficListener listener;
  private final ConcurrentMap<String, CompletableFuture<Result>> flights =
      new ConcurrentHashMap<>();

  Rebinding(Connections connections, TrafficListener listener) {
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Joins the flight of this connection, or begins one on the given loop, which this is called on.
   * Never completes exceptionally.
   */
  CompletionStage<Result> bind(EventLoop loop, Connection connection, Backend backend) {
    CompletableFuture<Result> mine = new CompletableFuture<>();
    CompletableFuture<Result> flight = flights.putIfAbsent(connection.name(), mine);
    if (flight != null) {
      return flight;
    }
    var unused = mine.whenComplete((result, none) -> flights.remove(connection.name(), mine));
    loop.later(
        loop.pace().silentPatience(),
        () -> end(mine, "failed", new Result.Failure("The MCP server does not answer.", false)));
    Handshake handshake = new Handshake(loop.backends());
    handshake
        .begin(backend.endpoint(), connection.initialize(), connection.preferences())
        .onFailure(
            e ->
                end(
                    mine,
                    "failed",
                    e instanceof BackendFailure failure && !failure.sent()
                        ? new Result.Unreachable()
                        : new Result.Failure("The MCP server did not begin a session.", false)))
        .onSuccess(
            id -> {
              if (mine.isDone()) {
                id.ifPresent(it -> handshake.end(backend.endpoint(), it)); // it came too late
              } else {
                loop.then(
                    connections.rebind(
                        connection,
                        new Binding(backend.revision(), id, Optional.of(backend.endpoint()))),
                    written -> written(mine, handshake, connection, backend, id, written),
                    mine::completeExceptionally);
              }
            });
    return mine;
  }

  private void written(
      CompletableFuture<Result> flight,
      Handshake handshake,
      Connection seen,
      Backend backend,
      Optional<String> id,
      Connections.Rebinding written) {
    if (!(written instanceof Moved)) {
      id.ifPresent(it -> handshake.end(backend.endpoint(), it));
    }
    switch (written) {
      case Moved(var moved) ->
          handshake // what the client has asked of the old backend meanwhile
              .tell(
                  backend.endpoint(),
                  id,
                  moved.protocolVersion(),
                  moved.preferences().since(seen.preferences()))
              .onComplete(told -> end(flight, "moved", new Result.Bound(moved)));
      case Lost lost -> end(flight, "lost", new Result.Bound(lost.winner()));
      case Gone gone -> end(flight, "gone", new Result.Ended());
      case Failed failed ->
          end(flight, "failed", new Result.Failure(failed.message(), failed.apiAway()));
    }
  }

  private void end(CompletableFuture<Result> flight, String outcome, Result result) {
    if (flight.complete(result)) {
      listener.rebound(outcome);
    }
  }
}
