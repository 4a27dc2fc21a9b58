package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.BindingResult;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import dev.mcpsession.gateway.simulation.Pod.What;
import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Binds connections anew, as {@code http/Rebinding} does: one flight for each in a replica. */
final class ModelFlights {
  private static final long WRITE_PAUSE = 1_000;

  private final ModelGateway gateway;
  private final World world;
  private final Map<String, Flight> flights = new HashMap<>();

  /** Backend sessions that are begun here, and neither written nor ended yet. */
  private final Set<String> open = new HashSet<>();

  ModelFlights(ModelGateway gateway) {
    this.gateway = gateway;
    this.world = gateway.world;
  }

  /** One connection that is bound anew, and who waits for it. */
  private final class Flight {
    final List<Consumer<BindingResult>> waiting = new ArrayList<>();
    final String name;
    boolean over;

    Flight(String name) {
      this.name = name;
    }

    void end(BindingResult result) {
      if (!over) {
        over = true;
        flights.remove(name, this);
        waiting.forEach(
            it -> gateway.timeline.after(0, () -> gateway.alive(() -> it.accept(result))));
      }
    }
  }

  /** Nobody can end what it has begun any more. */
  void die() {
    world.excused.addAll(open);
  }

  void bind(
      String user,
      String client,
      Connection connection,
      Backend backend,
      Consumer<BindingResult> next) {
    Flight running = flights.get(connection.name());
    if (running != null) {
      running.waiting.add(next);
      return;
    }
    Flight mine = new Flight(connection.name());
    mine.waiting.add(next);
    flights.put(connection.name(), mine);
    gateway.timeline.after(
        ModelGateway.PATIENCE, () -> gateway.alive(() -> mine.end(BindingResult.unanswered())));
    world.network.send(
        backend.endpoint(),
        new Call(What.INITIALIZE, user, client, Optional.empty(), null),
        reply -> begun(mine, user, client, connection, backend, reply));
  }

  private void begun(
      Flight flight,
      String user,
      String client,
      Connection connection,
      Backend backend,
      Reply reply) {
    if (!(reply instanceof Reply.Answer(var status, var id, _, _)) || status != 200) {
      boolean sent = !(reply instanceof Reply.None(var it)) || it;
      gateway.alive(() -> flight.end(BindingResult.notBegun(sent)));
      return;
    }
    id.ifPresent(open::add);
    if (gateway.isDead()) {
      id.ifPresent(world.excused::add);
      return;
    }
    world.network.send(
        backend.endpoint(),
        new Call(What.INITIALIZED, user, client, id, null),
        confirmed ->
            gateway.alive(
                () -> {
                  if (!(confirmed instanceof Reply.Answer(var said, _, _, _)) || said != 200) {
                    boolean sent = !(confirmed instanceof Reply.None(var it)) || it;
                    end(user, client, backend, id);
                    flight.end(BindingResult.notBegun(sent));
                  } else if (flight.over) {
                    end(user, client, backend, id);
                  } else {
                    List<Preference> news =
                        gateway.decisions.news(connection.preferences(), Preferences.NONE);
                    tell(
                        news,
                        user,
                        client,
                        backend.endpoint(),
                        id,
                        () -> write(flight, user, client, connection, backend, id));
                  }
                }));
  }

  private void write(
      Flight flight,
      String user,
      String client,
      Connection connection,
      Backend backend,
      Optional<String> id) {
    if (gateway.timeline.chance.in(world.network.faults)) {
      world.connections.loseNextAnswer(
          gateway.timeline.chance.in(0.5) ? world::apiAwayForAWhile : () -> {});
    }
    Rebinding written =
        gateway
            .store()
            .rebind(connection, connection.binding().next(backend, id))
            .toCompletableFuture()
            .join();
    gateway.timeline.trace.line(
        gateway
            + " binds "
            + client
            + " to "
            + backend.revision()
            + ": "
            + written.getClass().getSimpleName());
    if (gateway.decisions.isOpen(written)) {
      gateway.timeline.after(
          WRITE_PAUSE,
          () -> gateway.alive(() -> write(flight, user, client, connection, backend, id)));
      return;
    }
    if (!gateway.decisions.keepsSession(written)) {
      world.rules.require(
          id.isEmpty() || !world.connections.bound().contains(id.get()),
          Rule.ONE_SESSION,
          gateway + " ends the backend session that " + client + " is bound to");
      end(user, client, backend, id);
    }
    id.ifPresent(open::remove);
    BindingResult result = BindingResult.of(written);
    if (written instanceof Rebinding.Moved(var moved)) {
      List<Preference> news = gateway.decisions.news(moved.preferences(), connection.preferences());
      tell(
          news,
          user,
          client,
          backend.endpoint(),
          id,
          () -> {
            id.ifPresent(it -> world.checkTold(it, moved.preferences()));
            if (!news.isEmpty()) {
              id.ifPresent(world.overtaken::add);
            }
            flight.end(result);
          });
    } else {
      flight.end(result);
    }
  }

  /** Tells a backend session what its client has set. What fails is left out. */
  void tell(
      List<Preference> news,
      String user,
      String client,
      URI endpoint,
      Optional<String> id,
      Runnable next) {
    if (news.isEmpty()) {
      gateway.timeline.soon(() -> gateway.alive(next));
      return;
    }
    world.network.send(
        endpoint,
        new Call(
            What.PREFER,
            user,
            client,
            id,
            null,
            "",
            Optional.empty(),
            Optional.of(news.getFirst())),
        reply -> {
          if (!(reply instanceof Reply.Answer(var status, _, _, _)) || status != 200) {
            id.ifPresent(world.untold::add);
          }
          gateway.alive(() -> tell(news.subList(1, news.size()), user, client, endpoint, id, next));
        });
  }

  /** Ends a backend session. If that fails its Pod ends it at last. */
  void end(String user, String client, Backend backend, Optional<String> sessionId) {
    sessionId.ifPresent(
        id -> {
          open.remove(id);
          world.network.send(
              backend.endpoint(),
              new Call(What.END, user, client, sessionId, null),
              reply -> {
                if (reply instanceof Reply.None) {
                  world.excused.add(id);
                }
              });
        });
  }
}
