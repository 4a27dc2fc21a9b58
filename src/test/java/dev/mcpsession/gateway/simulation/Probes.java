package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.simulation.ModelRequest.End;
import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.util.Optional;
import java.util.function.Consumer;

/** What is tried at the end of a run, when nothing is in the way any more. */
final class Probes {
  private final GatewaySimulation simulation;
  private final World world;
  private int sent;

  Probes(GatewaySimulation simulation) {
    this.simulation = simulation;
    this.world = simulation.world;
  }

  /** Each id, at a replica. */
  void ids(ModelClient client, ModelGateway gateway) {
    String id = client.id();
    if (!id.isEmpty() && world.connections.sessionOf(id).filter(simulation::isAlive).isPresent()) {
      send(
          client,
          gateway,
          Message.plain(Kind.TO_CONNECTION, id),
          it ->
              world.rules.require(
                  it.status() == 200,
                  Rule.IDS_LIVE,
                  client.name + "'s id is answered " + it.status() + " by " + gateway));
    }
    for (String old : client.endedIds()) {
      send(
          client,
          gateway,
          Message.plain(Kind.TO_CONNECTION, old),
          it ->
              world.rules.require(
                  it.status() == 404,
                  Rule.ENDED_IDS,
                  client.name + "'s ended id is answered " + it.status() + " by " + gateway));
    }
  }

  /** The newest GET stream is the one that is open, wherever another one was. */
  void stream(ModelClient client, ModelGateway gateway) {
    if (!client.id().isEmpty()) {
      send(
          client,
          gateway,
          Message.get(Kind.GET_STREAM, client.id(), Optional.empty()),
          it ->
              world.rules.require(
                  it.status() != 409,
                  Rule.STANDING,
                  client.name + "'s GET stream is refused by " + gateway));
    }
  }

  /** A backend session knows what its client has set, unless that could not be told. */
  void preferences(ModelClient client) {
    Optional<String> bound = world.connections.boundToId(client.id());
    if (bound.isEmpty()
        || world.untold.contains(bound.get())
        || world.overtaken.contains(bound.get())
        || world.storedLate.contains(client.name)) {
      return;
    }
    for (Pod pod : world.sessions.pods) {
      pod.session(bound.get())
          .ifPresent(
              it ->
                  world.rules.require(
                      client.mayHave(World.level(it.told)),
                      Rule.PREFERENCES,
                      client.name
                          + "'s backend does not know "
                          + client.confirmed()
                          + " but "
                          + it.told));
    }
  }

  private void send(
      ModelClient client, ModelGateway gateway, Message message, Consumer<End> whenEnded) {
    ModelRequest request =
        new ModelRequest(
            world.timeline,
            client.user,
            client.name,
            message,
            client.name + "-probe" + ++sent,
            text -> {},
            whenEnded);
    simulation.note(request);
    gateway.take(request);
  }
}
