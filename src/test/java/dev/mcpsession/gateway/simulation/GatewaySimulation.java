package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One run: what happens, and when, follows from the seed. */
final class GatewaySimulation {
  private static final List<String> USERS = List.of("alice", "bob");

  /** Each request ends within so many from its own beginning. */
  private static final long PATIENCE = 90_000;

  private static final long BETWEEN_STREAMS = 15_000;

  /** That replicas have, one after the other. */
  private static final int ADDRESSES = 5;

  /** And in which nothing may go on any more. */
  private static final long SETTLING = 180_000;

  final World world;
  private final Timeline timeline;
  private final Decisions decisions;
  private final List<ModelGateway> gateways = new ArrayList<>();
  private final List<ModelClient> clients = new ArrayList<>();
  private final List<ModelRequest> requests = new ArrayList<>();
  private int started;
  private boolean over;

  GatewaySimulation(long seed, Decisions decisions) {
    world = new World(seed);
    timeline = world.timeline;
    this.decisions = decisions;
    world.sessions.keepSessions = !timeline.chance.in(0.1);
    world.eventIds = world.sessions.keepSessions && timeline.chance.in(0.5);
    world.network.faults = timeline.chance.in(0.3) ? 0 : 0.02;
  }

  List<Rules.Broken> run() {
    for (int i = timeline.chance.between(2, 3); i > 0; i--) {
      startGateway();
    }
    for (String user : USERS) {
      clients.add(new ModelClient(this, user, user + "1", true));
      clients.add(new ModelClient(this, user, user + "2", true));
      clients.add(new ModelClient(this, user, user + "3", false));
    }
    clients.forEach(ModelClient::begin);
    timeline.after(2_000, this::upheaval);
    runUntil(World.LENGTH);
    settle();
    return world.rules.broken();
  }

  private void runUntil(long time) {
    timeline.runUntil(time, () -> gateways.forEach(ModelGateway::watchConnections));
  }

  boolean isOver() {
    return over;
  }

  private void startGateway() {
    started++;
    gateways.add(
        new ModelGateway(world, "gateway-" + started, "10.1.0." + started % ADDRESSES, decisions));
  }

  private void killGateway() {
    ModelGateway victim = timeline.chance.oneOf(gateways);
    gateways.remove(victim);
    victim.kill();
    startGateway();
  }

  void note(ModelRequest request) {
    requests.add(request);
    timeline.after(
        PATIENCE,
        () -> world.rules.require(request.isSettled(), Rule.NO_HANG, request + " takes too long"));
  }

  void take(ModelRequest request) {
    note(request);
    timeline.chance.oneOf(gateways).take(request);
  }

  /** One that a client of another user has; or none that anybody has. */
  String otherId(String user) {
    List<String> ids =
        clients.stream().filter(it -> !it.user.equals(user)).map(ModelClient::id).toList();
    String id = timeline.chance.oneOf(ids);
    return id.isEmpty() ? "A".repeat(54) : id;
  }

  /** Of a stream of another client, which some client has got; "" none. */
  String otherEventId(ModelClient own) {
    List<String> ids =
        clients.stream()
            .filter(it -> it != own)
            .map(ModelClient::eventId)
            .filter(it -> !it.isEmpty())
            .toList();
    return ids.isEmpty() ? "" : timeline.chance.oneOf(ids);
  }

  /** Whether a session is there, and stays. */
  boolean isAlive(String sessionUid) {
    return world.sessions.all().stream()
        .anyMatch(it -> it.key().uid().equals(sessionUid) && !it.deleting());
  }

  private void upheaval() {
    if (over) {
      return;
    }
    timeline.after(timeline.chance.between(100, 3_000), this::upheaval);
    int choice = timeline.chance.below(100);
    List<SessionObject> sessions = world.sessions.all();
    if (choice < 8) {
      killGateway();
    } else if (choice < 14 && !world.apiAway) {
      world.apiAwayForAWhile();
    } else if (!sessions.isEmpty() && !world.sessions.pods.isEmpty()) {
      SessionObject session = timeline.chance.oneOf(sessions);
      if (choice < 45) {
        world.sessions.replace(session);
      } else if (choice < 60) {
        world.sessions.kill(session);
      } else if (choice < 66) {
        world.sessions.suspend(session);
      } else if (choice < 71) {
        world.sessions.delete(session);
      } else {
        upset(timeline.chance.oneOf(world.sessions.pods), choice);
      }
    }
  }

  private static void upset(Pod pod, int choice) {
    if (!pod.isDead() && choice < 80) {
      pod.restart();
    } else if (!pod.isDead() && choice < 92) {
      pod.forgetOne();
    }
  }

  /** Nothing fails any more: what has begun ends, and what is there works. */
  private void settle() {
    over = true;
    world.eventIds = world.sessions.keepSessions && timeline.chance.in(0.5);
    world.network.faults = 0;
    world.connections.loseNoAnswer();
    if (world.apiAway) {
      world.apiAway(false);
    }
    runUntil(World.LENGTH + SETTLING);
    requests.forEach(it -> world.rules.require(it.isSettled(), Rule.NO_HANG, it + " hangs"));
    Probes probes = new Probes(this);
    clients.forEach(probes::preferences);
    gateways.forEach(
        gateway ->
            gateway.streams.standing.forEach(
                it ->
                    world.rules.require(
                        it.isFed(), Rule.STANDING, it + " is not fed by the backend that serves")));
    for (ModelGateway gateway : gateways) {
      clients.forEach(it -> probes.ids(it, gateway));
    }
    timeline.calm(); // a stream waits no longer than that for the place of another one
    long next = World.LENGTH + SETTLING;
    for (ModelGateway gateway : gateways) {
      next += BETWEEN_STREAMS;
      runUntil(next);
      clients.forEach(it -> probes.stream(it, gateway));
    }
    runUntil(World.LENGTH + 2 * SETTLING);
    requests.forEach(it -> world.rules.require(it.isSettled(), Rule.NO_HANG, it + " hangs"));
    checkBackendSessions();
  }

  private void checkBackendSessions() {
    Set<String> known = new HashSet<>(world.connections.bound());
    known.addAll(world.excused);
    for (Pod pod : world.sessions.pods) {
      if (!pod.isDead()) {
        pod.sessions.forEach(
            (id, client) ->
                world.rules.require(
                    known.contains(id),
                    Rule.ONE_SESSION,
                    "a backend session of "
                        + client
                        + " stays in "
                        + pod
                        + ", and nothing leads to it: "
                        + id));
      }
    }
  }
}
