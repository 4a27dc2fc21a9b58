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
import java.time.Duration;
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
  /** While the API server does not answer. */
  private static final Duration WRITE_PAUSE = Duration.ofSeconds(1);

  private final Connections connections;
  private final TrafficListener listener;
  private final ConcurrentMap<String, Flight> flights = new ConcurrentHashMap<>();

  Rebinding(Connections connections, TrafficListener listener) {
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Joins the flight of this connection, or begins one on the given loop, which this is called on.
   * Completes exceptionally by a defect only.
   */
  CompletionStage<BindingResult> bind(EventLoop loop, Connection connection, Backend backend) {
    Flight mine = new Flight(loop, connection, backend);
    Flight other = flights.putIfAbsent(connection.name(), mine);
    if (other != null) {
      return other.result;
    }
    mine.begin();
    return mine.result;
  }

  /** One connection on its way to one backend. To be used on its event loop. */
  private final class Flight {
    private final CompletableFuture<BindingResult> result = new CompletableFuture<>();
    private final EventLoop loop;
    private final Connection seen;
    private final Backend backend;
    private final Handshake handshake;
    private BindingResult whenPatienceEnds = BindingResult.unanswered();

    Flight(EventLoop loop, Connection seen, Backend backend) {
      this.loop = loop;
      this.seen = seen;
      this.backend = backend;
      handshake = new Handshake(loop.backends());
    }

    void begin() {
      loop.later(loop.pace().silentPatience(), () -> end("failed", whenPatienceEnds));
      handshake
          .begin(backend.endpoint(), seen.initialize(), seen.preferences())
          .onFailure(
              e ->
                  end(
                      "failed",
                      BindingResult.notBegun(!(e instanceof BackendFailure it) || it.sent())))
          .onSuccess(
              id -> {
                if (result.isDone()) {
                  endSession(id); // it came too late
                } else {
                  write(id);
                }
              });
    }

    /** Goes on until it is known where the connection leads, also when nobody waits any more. */
    private void write(Optional<String> id) {
      loop.then(
          connections.rebind(seen, seen.binding().next(backend, id)),
          written -> {
            if (BindingResult.isOpen(written)) {
              whenPatienceEnds = BindingResult.of(written);
              loop.later(WRITE_PAUSE, () -> write(id));
            } else {
              written(id, written);
            }
          },
          e -> {
            flights.remove(seen.name(), this);
            result.completeExceptionally(e);
          });
    }

    private void written(Optional<String> id, Connections.Rebinding written) {
      if (!BindingResult.keepsSession(written)) {
        endSession(id);
      }
      if (written instanceof Moved(var moved)) {
        handshake // what the client has asked of the old backend meanwhile
            .tell(
                backend.endpoint(),
                id,
                moved.protocolVersion(),
                moved.preferences().since(seen.preferences()))
            .onComplete(told -> end(label(written), BindingResult.of(written)));
      } else {
        end(label(written), BindingResult.of(written));
      }
    }

    private void endSession(Optional<String> id) {
      id.ifPresent(it -> handshake.end(backend.endpoint(), it));
    }

    private void end(String outcome, BindingResult with) {
      if (!result.isDone()) {
        flights.remove(seen.name(), this);
        listener.rebound(outcome);
        result.complete(with);
      }
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
}
