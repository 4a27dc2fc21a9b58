package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.course.BindingResult;
import dev.mcpsession.gateway.proxy.BackendFailure;
import dev.mcpsession.gateway.proxy.Handshake;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
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
  private final Connections connections;
  private final TrafficListener listener;
  private final ConcurrentMap<String, CompletableFuture<BindingResult>> flights =
      new ConcurrentHashMap<>();

  Rebinding(Connections connections, TrafficListener listener) {
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Joins the flight of this connection, or begins one on the given loop, which this is called on.
   * Never completes exceptionally.
   */
  CompletionStage<BindingResult> bind(EventLoop loop, Connection connection, Backend backend) {
    CompletableFuture<BindingResult> mine = new CompletableFuture<>();
    CompletableFuture<BindingResult> flight = flights.putIfAbsent(connection.name(), mine);
    if (flight != null) {
      return flight;
    }
    var unused = mine.whenComplete((result, none) -> flights.remove(connection.name(), mine));
    loop.later(loop.pace().silentPatience(), () -> end(mine, "failed", BindingResult.unanswered()));
    Handshake handshake = new Handshake(loop.backends());
    handshake
        .begin(backend.endpoint(), connection.initialize(), connection.preferences())
        .onFailure(
            e ->
                end(
                    mine,
                    "failed",
                    BindingResult.notBegun(!(e instanceof BackendFailure it) || it.sent())))
        .onSuccess(
            id -> {
              if (mine.isDone()) {
                id.ifPresent(it -> handshake.end(backend.endpoint(), it)); // it came too late
              } else {
                loop.then(
                    connections.rebind(connection, connection.binding().next(backend, id)),
                    written -> written(mine, handshake, connection, backend, id, written),
                    mine::completeExceptionally);
              }
            });
    return mine;
  }

  private void written(
      CompletableFuture<BindingResult> flight,
      Handshake handshake,
      Connection seen,
      Backend backend,
      Optional<String> id,
      Connections.Rebinding written) {
    if (!BindingResult.keepsSession(written)) {
      id.ifPresent(it -> handshake.end(backend.endpoint(), it));
    }
    BindingResult result = BindingResult.of(written);
    if (written instanceof Moved(var moved)) {
      handshake // what the client has asked of the old backend meanwhile
          .tell(
              backend.endpoint(),
              id,
              moved.protocolVersion(),
              moved.preferences().since(seen.preferences()))
          .onComplete(told -> end(flight, label(written), result));
    } else {
      end(flight, label(written), result);
    }
  }

  private static String label(Connections.Rebinding written) {
    return switch (written) {
      case Moved moved -> "moved";
      case Lost lost -> "lost";
      case Gone gone -> "gone";
      case Failed failed -> "failed";
    };
  }

  private void end(CompletableFuture<BindingResult> flight, String outcome, BindingResult result) {
    if (flight.complete(result)) {
      listener.rebound(outcome);
    }
  }
}
