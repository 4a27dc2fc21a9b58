package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Lookup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Stores what a backend was told by its client, as {@code http/PreferenceAnswers} does. */
final class ModelPreferences {
  private static final long PATIENCE = 2_000;

  private final ModelGateway gateway;
  private final World world;
  private final ModelRequest request;
  private final Place place;

  /**
   * @param place that has answered the request
   */
  ModelPreferences(ModelGateway gateway, ModelRequest request, Place place) {
    this.gateway = gateway;
    this.world = gateway.world;
    this.request = request;
    this.place = place;
  }

  /** The client gets its answer once it is stored, or after a while. */
  void store(Preference preference, Runnable pass) {
    var unused =
        gateway
            .store()
            .find(request.message.id(), World.RESOURCE, World.user(request.user))
            .thenCompose(
                lookup ->
                    lookup instanceof Lookup.Found(var connection)
                        ? gateway.store().remember(connection, preference)
                        : CompletableFuture.completedStage(Optional.<Connection>empty()))
            .thenAccept(stored -> gateway.alive(() -> stored(stored, preference, pass)));
    gateway.timeline.after(
        PATIENCE,
        () ->
            gateway.alive(
                () -> {
                  if (!request.isOver()) {
                    world.storedLate.add(request.client);
                    pass.run();
                  }
                }));
  }

  private void stored(Optional<Connection> stored, Preference preference, Runnable pass) {
    gateway.timeline.trace.line(request + " is stored: " + stored.map(Connection::binding));
    if (request.isOver()) {
      world.storedLate.add(request.client);
    }
    stored
        .filter(it -> place.isLeft(it.binding()))
        .filter(it -> it.preferences().include(preference))
        .ifPresent(it -> tellNext(it, preference));
    gateway.timeline.soon(() -> gateway.alive(pass));
  }

  /** The connection was bound anew meanwhile, and what the new backend was told lacks this. */
  private void tellNext(Connection connection, Preference preference) {
    connection.binding().backendSessionId().ifPresent(world.overtaken::add);
    connection
        .binding()
        .endpoint()
        .ifPresent(
            endpoint ->
                gateway.flights.tell(
                    List.of(preference),
                    request.user,
                    request.client,
                    endpoint,
                    connection.binding().backendSessionId(),
                    () -> {}));
  }
}
