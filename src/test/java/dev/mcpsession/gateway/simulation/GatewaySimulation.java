package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One run: what happens, and when, follows from the seed. */
final class GatewaySimulation {
  private static final List<String> USERS = List.of("alice", "bob");

  /** Milliseconds in which everything may happen. */
  private static final long LENGTH = 45_000;

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
    runUntil(LENGTH);
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
    gateways.add(new ModelGateway(world, "gateway-" + ++started, decisions));
  }

  private void killGateway() {
    ModelGateway victim = timeline.chance.oneOf(gateways);
    gateways.remove(victim);
    victim.kill();
    startGateway();
  }

  void note(ModelRequest request) {
    requests.add(request);
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
      world.apiAway(true);
      timeline.after(timeline.chance.between(500, 8_000), () -> world.apiAway(false));
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
    world.network.faults = 0;
    if (world.apiAway) {
      world.apiAway(false);
    }
    runUntil(LENGTH + SETTLING);
    requests.forEach(it -> world.rules.require(it.isOver(), Rule.NO_HANG, it + " has not ended"));
    for (ModelGateway gateway : gateways) {
      clients.forEach(it -> it.probe(gateway));
    }
    runUntil(LENGTH + 2 * SETTLING);
    requests.forEach(it -> world.rules.require(it.isOver(), Rule.NO_HANG, it + " has not ended"));
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
