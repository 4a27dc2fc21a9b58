package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.rule.Invariants;
import dev.mcpsession.simulation.rule.SlowStartRule;
import java.time.Duration;
import java.time.Instant;

/**
 * The end of a run: without further faults, everything must settle in its desired state without a
 * superfluous write.
 */
final class Quiescence {
  private static final int LONGEST = 150;

  /** Within this time after its return an issuer serves all sessions. */
  private static final Duration PROBED = Duration.ofSeconds(35);

  /** From a promotion to the next replacement that is due already. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Simulation simulation;
  private final World world;
  private final Truth truth;
  private final boolean repaired;

  private final Settling settling;
  private final DesiredState state;

  Quiescence(Simulation simulation) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.truth = new Truth(world.server);
    this.repaired = world.chance.in(0.7);
    this.settling = new Settling(simulation, world.chance.in(0.5));
    this.state = new DesiredState(world, settling, repaired);
  }

  void check() {
    world.trace.line("quiescence, " + (repaired ? "repaired" : "as it is"));
    world.faults.end();
    world.clock.catchUp();
    settling.release();
    simulation.issuerIsDown(false);
    Instant back = world.clock.instant();
    world.nodes.open();
    if (repaired) {
      simulation.users.repair();
      world.server.quota = Integer.MAX_VALUE;
    }
    new WebhookReports(world, settling).check();
    serveInSpiteOfSlowStarts();
    comeToRest(back);
    if (!settling.isReleased()) {
      settling.releaseSessions();
      comeToRest(back);
    }
    require0Writes("another reconcile", settling.operator());
    // Who holds the places is known when all sessions have been reconciled, and is told again.
    long unrecorded =
        world.server.sessions.all().stream()
            .filter(session -> state.isSignUnrecorded(session) || state.waitsForAPlace(session))
            .count();
    settling.restartOperator();
    int before = settling.operator().connection.writes();
    settling.settle();
    Invariants.require(
        settling.operator().connection.writes() - before <= unrecorded,
        "a restart wrote something");
    new LastDeletion(simulation, settling).check();
  }

  private void comeToRest(Instant back) {
    String wrong = "";
    for (int i = 0; i < LONGEST; i++) {
      settling.settle();
      world.server.sessions.all().stream()
          .filter(session -> !isInDoubt(session))
          .forEach(
              session -> {
                ModelEvents events = settling.operator().events;
                events.room().check(session, world.clock.instant(), events.alarmAt(session));
              });
      Invariants.require(
          settling.operator().outages().isEmpty()
              || !world.clock.instant().isAfter(back.plus(PROBED)),
          "the issuer is back, and sessions still wait for it");
      wrong = String.join("; ", state.wrongs());
      if (wrong.isEmpty() && (repaired || i > 40) && !isAboutToAct()) {
        return;
      }
      simulation.users.use();
      settling.release();
      settling.settle();
      settling.pass();
    }
    Invariants.require(false, "does not come to rest: " + wrong);
  }

  /**
   * Whether the operator has planned something for the next second. It promotes a Pod whose token
   * the source has replaced already, and begins the next attempt only then.
   */
  private boolean isAboutToAct() {
    Instant next = settling.operator().events.nextAlarm();
    return (next != null && !next.isAfter(world.clock.instant().plus(SETTLING)))
        || world.server.sessions.all().stream().anyMatch(this::isInDoubt);
  }

  /**
   * Whether the operator takes its own word for a child that no cache shows, which it does for some
   * seconds. Meanwhile that child may have gone, or lost its labels, unseen.
   */
  private boolean isInDoubt(McpSession session) {
    Instant now = world.clock.instant();
    Instant doubt =
        settling.operator().events.entries().of(SessionKey.of(session)).writes().doubtAt(now);
    return doubt != null && doubt.isAfter(now);
  }

  /**
   * Tokens that are due before a Pod is ready: each session serves all the same, without one Pod
   * after the other.
   */
  private void serveInSpiteOfSlowStarts() {
    if (!world.starts.isZero() && repaired) {
      SlowStartRule rule = new SlowStartRule(truth);
      for (int i = 0; rule.isAnyDown(world.server.sessions.all()); i++) {
        Invariants.require(i < LONGEST, "slow starts keep sessions down");
        simulation.users.use();
        settling.release();
        settling.settle();
        settling.pass();
        settling.settle();
      }
    }
    world.starts = Duration.ZERO;
    world.issuer.life = Duration.ofHours(1);
  }

  private void require0Writes(String what, ModelOperator worker) {
    int before = worker.connection.writes();
    world.trace.line(what);
    worker.events.enqueueAll();
    settling.settle();
    Invariants.require(worker.connection.writes() == before, what + " wrote something");
  }
}
