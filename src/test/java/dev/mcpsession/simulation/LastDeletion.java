package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.rule.Invariants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Everything is deleted, and nothing is left or remembered of it. */
final class LastDeletion {
  private static final Duration LONGEST_HELD = Duration.ofSeconds(60);

  private final Simulation simulation;
  private final World world;
  private final Settling settling;

  LastDeletion(Simulation simulation, Settling settling) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.settling = settling;
  }

  void check() {
    world.ends = Duration.ZERO;
    world.endings.mood = world.chance.oneOf(List.of(ModelEndings.Mood.values()));
    world.trace.line("everything is deleted, the authorization server " + world.endings.mood);
    world.server.sessions.all().forEach(simulation.users::delete);
    simulation.users.release();
    letGo(world.clock.instant());
    for (int i = 0; i < 3; i++) {
      settling.pass();
      settling.settle();
    }
    Stream.of(world.server.pods, world.server.secrets, world.server.services)
        .flatMap(kind -> kind.all().stream())
        .filter(object -> Truth.owner(object) != null)
        .forEach(
            object ->
                Invariants.require(
                    false, object.getKind() + " " + Truth.name(object) + " outlived its session"));
    settling.operator().events.entries().all().forEach(this::requireExists);
  }

  /** Checks that sessions are released: at once if tokens can be revoked, else within the limit. */
  private void letGo(Instant deleted) {
    settling.settle();
    Duration held = world.endings.mood == ModelEndings.Mood.ANSWERS ? Duration.ZERO : LONGEST_HELD;
    while (!world.server.sessions.all().isEmpty()) {
      Invariants.require(
          world.clock.instant().isBefore(deleted.plus(held)), "a deleted session is still there");
      settling.pass();
      settling.settle();
    }
  }

  private void requireExists(SessionEntry entry) {
    McpSession session = world.server.sessions.find(entry.key().name());
    Invariants.require(
        session != null && SessionKey.of(session).equals(entry.key()),
        entry.key().name() + " is gone, but something is remembered of it");
  }
}
