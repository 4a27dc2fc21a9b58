package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.simulation.ModelRequest.End;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A client of one era, which calls, breaks off, ends its session, and tries what it may not. */
final class ModelClient {
  final String user;
  private final GatewaySimulation simulation;
  private final World world;
  private final Timeline timeline;
  private final String name;
  private final boolean legacy;
  private final List<String> ended = new ArrayList<>();
  private String id = "";
  private boolean ending;
  private int tokens;

  ModelClient(GatewaySimulation simulation, String user, String name, boolean legacy) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.timeline = world.timeline;
    this.user = user;
    this.name = name;
    this.legacy = legacy;
  }

  /** Its session id; "" if it has none that should work. */
  String id() {
    return ending ? "" : id;
  }

  List<String> endedIds() {
    return ended;
  }

  void begin() {
    timeline.after(timeline.chance.between(1, 3_000), this::next);
  }

  private void next() {
    if (simulation.isOver()) {
      return;
    }
    timeline.after(timeline.chance.between(50, 2_500), this::next);
    int choice = timeline.chance.below(100);
    if (!legacy) {
      send(Kind.TO_USER, "", this::called);
    } else if (id.isEmpty()) {
      send(Kind.INITIALIZE, "", this::initialized);
    } else if (choice < 4) {
      end();
    } else if (choice < 8) {
      send(Kind.TO_CONNECTION, simulation.otherId(user), this::refused);
    } else if (choice < 12 && !ended.isEmpty()) {
      String old = timeline.chance.oneOf(ended);
      send(Kind.TO_CONNECTION, old, it -> {});
    } else {
      call(id);
      if (choice < 30) {
        call(id);
      }
    }
  }

  private void call(String with) {
    send(
        Kind.TO_CONNECTION,
        with,
        it -> {
          called(it);
          if (it.status() == 404 && it.content().equals("gateway")) {
            unknown(with);
          }
        });
  }

  /** An id that is not known any more has been ended, by its client or with its session. */
  private void unknown(String which) {
    boolean legitimate =
        ending
            || !which.equals(id)
            || world.connections.sessionOf(which).filter(simulation::isAlive).isEmpty();
    world.rules.require(
        legitimate, Rules.Rule.IDS_LIVE, name + "'s id is not known, though nobody has ended it");
    if (which.equals(id)) {
      ended.add(id);
      id = "";
      ending = false;
    }
  }

  private void end() {
    String which = id;
    ending = true;
    send(
        Kind.END,
        which,
        it -> {
          if (it.status() == 204 && which.equals(id)) {
            ended.add(id);
            id = "";
            ending = false;
          } else if (it.status() == 404) {
            unknown(which);
          }
        });
  }

  private void initialized(End end) {
    if (end.status() == 200 && !end.sessionId().isEmpty()) {
      id = end.sessionId();
      ending = false;
    }
  }

  private void refused(End end) {
    world.rules.require(
        end.status() != 200, Rules.Rule.OWN_ONLY, name + " is let in with another user's id");
  }

  private void called(End end) {
    if (end.status() == 200) {
      world.rules.require(
          end.content().startsWith(name + "-"),
          Rules.Rule.OWN_ONLY,
          name + " gets the answer to " + end.content());
    }
  }

  private void send(Kind kind, String with, Consumer<End> whenEnded) {
    ModelRequest request =
        new ModelRequest(timeline, kind, user, name, with, name + "-" + ++tokens, whenEnded);
    simulation.take(request);
    if (timeline.chance.in(0.04)) {
      timeline.after(timeline.chance.between(1, 400), () -> request.end(0, "", ""));
    }
  }

  /** Each id is tried at each replica, once nothing is in the way any more. */
  void probe(ModelGateway gateway) {
    if (!id().isEmpty()
        && world.connections.sessionOf(id).filter(simulation::isAlive).isPresent()) {
      probe(
          gateway,
          id,
          it ->
              world.rules.require(
                  it.status() == 200,
                  Rules.Rule.IDS_LIVE,
                  name + "'s id is answered " + it.status() + " by " + gateway + " at the end"));
    }
    for (String old : ended) {
      probe(
          gateway,
          old,
          it ->
              world.rules.require(
                  it.status() == 404,
                  Rules.Rule.ENDED_IDS,
                  name + "'s ended id is answered " + it.status() + " by " + gateway));
    }
  }

  private void probe(ModelGateway gateway, String which, Consumer<End> whenEnded) {
    ModelRequest request =
        new ModelRequest(
            timeline, Kind.TO_CONNECTION, user, name, which, name + "-" + ++tokens, whenEnded);
    simulation.note(request);
    gateway.take(request);
  }
}
