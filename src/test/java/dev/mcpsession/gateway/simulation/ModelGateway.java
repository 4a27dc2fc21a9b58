package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.connection.SimulatedConnections;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A replica: the real connections, and the real decisions for each request. */
final class ModelGateway {
  static final long PATIENCE = 25_000;
  private static final long UNTIL_NOTICED = 2_000;
  private static final long LOOK = 50;

  final World world;
  final Timeline timeline;
  final Decisions decisions;
  final SimulatedConnections.Replica connections;
  final ModelFlights flights;
  final ModelStreams streams;
  private final String name;
  private final SessionCache sessions;
  private final List<RunningRequest> running = new ArrayList<>();
  private final Set<String> ended = new HashSet<>();
  private int shownLater;

  /** Until when its watches show nothing new. */
  private long stalled;

  private boolean dead;

  /**
   * @param host where other replicas reach it, as they reached the one before
   */
  ModelGateway(World world, String name, String host, Decisions decisions) {
    this.world = world;
    this.timeline = world.timeline;
    this.name = name;
    this.decisions = decisions;
    sessions = new SessionCache(world.sessions);
    connections =
        world.connections.replica(
            sessions, (time, action) -> timeline.after(time, () -> alive(action)));
    flights = new ModelFlights(this);
    streams = new ModelStreams(this, host);
    world.replicas.put(host, this);
    world.sessions.watch(() -> later(sessions::showNext));
    shownLater = world.connections.changes();
  }

  boolean isDead() {
    return dead;
  }

  Connections store() {
    return connections.connections();
  }

  /** After what a watch takes to bring a change. */
  private void later(Runnable show) {
    if (!timeline.isCalm() && timeline.chance.in(0.03)) {
      stalled = timeline.time() + timeline.chance.between(500, 10_000);
    }
    long lag = Math.max(timeline.chance.between(1, 100), stalled - timeline.time());
    timeline.after(lag, () -> alive(show));
  }

  /** Changes of connections that happened meanwhile come later. */
  void watchConnections() {
    while (shownLater < world.connections.changes()) {
      shownLater++;
      later(connections::showNext);
    }
  }

  void alive(Runnable action) {
    if (!dead) {
      action.run();
    }
  }

  /** The process is killed: its clients' connections break, and it does nothing any more. */
  void kill() {
    dead = true;
    timeline.trace.line(this + " is killed");
    flights.die();
    streams.die();
    List.copyOf(running).forEach(RunningRequest::die);
    running.clear();
  }

  void take(ModelRequest request) {
    RunningRequest one = new RunningRequest(this, request);
    running.add(one);
    one.begin();
  }

  void ended(RunningRequest request) {
    running.remove(request);
  }

  /** This replica has ended the id, or was told that it has ended. */
  void noteEnd(String id) {
    ended.add(id);
  }

  /** Whether this replica knows that the id has ended. */
  boolean knowsEnd(String id) {
    return ended.contains(id) || connections.hasShownEnd(id);
  }

  /** Whether its use lets a request go on: not if the session was just taken away. */
  boolean isUsable(String user, Backend backend) {
    SessionObject session = sessions.newest(user);
    return session != null
        && session.key().equals(backend.session())
        && !session.deleting()
        && !session.suspended();
  }

  /** Whether the session has ended, as far as is known. */
  boolean isSessionOver(String user, String uid) {
    SessionObject session = sessions.newest(user);
    return session == null || session.deleting() || !session.key().uid().equals(uid);
  }

  Optional<Backend> serving(String user) {
    SessionObject session = sessions.newest(user);
    return session == null || session.deleting() || session.suspended()
        ? Optional.empty()
        : session.serving();
  }

  /** As the gateway's sessions are demanded, with its patience. */
  void demand(String user, Optional<Backend> after, Consumer<Demand> next) {
    if (after.isEmpty()) {
      await(user, timeline.time() + PATIENCE, next);
      return;
    }
    timeline.soon(
        () ->
            alive(
                () -> {
                  if (world.apiAway) {
                    next.accept(notServed(Cause.API_AWAY));
                    return;
                  }
                  sessions.read(user);
                  long end = timeline.time() + PATIENCE;
                  notice(user, after.get(), timeline.time() + UNTIL_NOTICED, end, next);
                }));
  }

  /** The operator may not have seen yet that the backend is gone. */
  private void notice(String user, Backend failed, long until, long end, Consumer<Demand> next) {
    boolean same =
        serving(user)
            .filter(it -> it.session().equals(failed.session()))
            .filter(it -> it.revision() == failed.revision())
            .isPresent();
    if (same && timeline.time() < until) {
      timeline.after(LOOK, () -> alive(() -> notice(user, failed, until, end, next)));
    } else {
      await(user, end, next);
    }
  }

  private void await(String user, long end, Consumer<Demand> next) {
    Optional<Backend> serving = serving(user);
    if (serving.isPresent()) {
      next.accept(new Served(serving.get()));
      return;
    }
    if (timeline.time() >= end) {
      next.accept(notServed(Cause.STARTING));
      return;
    }
    if (!world.apiAway) {
      SessionObject session = sessions.newest(user);
      if (session == null) {
        world.sessions.create(user);
        sessions.read(user);
      } else if (session.suspended()) {
        world.sessions.resume(user);
        sessions.read(user);
      }
    } else if (sessions.newest(user) == null) {
      next.accept(notServed(Cause.API_AWAY));
      return;
    }
    timeline.after(LOOK, () -> alive(() -> await(user, end, next)));
  }

  private static Demand notServed(Cause cause) {
    return new NotServed(cause, "not now", Optional.of(Duration.ofSeconds(2)));
  }

  @Override
  public String toString() {
    return name;
  }
}
