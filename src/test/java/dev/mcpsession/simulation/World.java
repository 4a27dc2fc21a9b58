package dev.mcpsession.simulation;

import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.simulation.model.Chance;
import dev.mcpsession.simulation.model.Faults;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.ModelIssuer;
import dev.mcpsession.simulation.model.ModelWebhooks;
import dev.mcpsession.simulation.model.Trace;
import dev.mcpsession.simulation.model.VirtualClock;
import dev.mcpsession.simulation.model.WriterClocks;
import dev.mcpsession.simulation.rule.EndingRule;
import dev.mcpsession.simulation.rule.Invariants;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** The state shared by all parts of one run. */
final class World {
  private static final SessionMetrics METRICS = new SessionMetrics(new SimpleMeterRegistry());

  final Chance chance;

  /** For what was added later: without it, a run is the same as before. */
  final Chance secondChance;

  /** Templates exist in this run. */
  final boolean offered;

  final VirtualClock clock = new VirtualClock();
  final Trace trace = new Trace(clock);
  final ModelApiServer server;
  final Faults faults;
  final ModelIssuer issuer;
  final WriterClocks writers;
  final ModelEndings endings;
  final EndingRule endingRule;
  final Invariants invariants;
  final ModelNodes nodes;
  final ModelWebhooks webhooks = new ModelWebhooks();

  /** How long a Pod runs before it is ready: in some runs longer than until its token is due. */
  Duration starts = Duration.ZERO;

  /** How long a Pod takes to end once it was deleted. */
  Duration ends = Duration.ZERO;

  /** Only user requests and faults of the operator itself happen: no gap is allowed. */
  final boolean calm;

  /** The operators' maxConcurrentReplacements. */
  final int places;

  /** A second operator takes part in the run. */
  final boolean contested;

  /**
   * The first operator is of an earlier version, whose Pods and Services lack the session's uid.
   */
  final boolean upgraded;

  World(long seed) {
    upgraded = seed % 4 == 0;
    chance = new Chance(seed);
    secondChance = new Chance(~seed);
    offered = secondChance.in(0.5);
    calm = chance.in(0.4);
    contested = !calm && chance.in(0.4);
    server = new ModelApiServer(clock, seed);
    faults = new Faults(chance);
    issuer = new ModelIssuer(chance, clock, faults);
    writers = new WriterClocks(chance);
    invariants = new Invariants(server, clock, issuer, writers, calm, !contested, upgraded);
    endings = new ModelEndings(server, issuer, faults, trace);
    endingRule = new EndingRule(server, issuer, endings, faults, invariants, !contested);
    nodes = new ModelNodes(this);
    if (!calm && chance.in(0.25)) {
      server.quota = chance.between(2, 4);
      ends = Duration.ofSeconds(chance.between(1, 45));
    }
    if (chance.in(0.2)) {
      issuer.life = Duration.ofSeconds(chance.between(60, 120));
      starts = issuer.life.multipliedBy(3).dividedBy(4);
    }
    places = chance.in(0.5) ? 1 : 10;
  }

  SessionMetrics metrics() {
    return METRICS;
  }
}
