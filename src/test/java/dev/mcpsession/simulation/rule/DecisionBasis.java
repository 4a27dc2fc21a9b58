package dev.mcpsession.simulation.rule;

import dev.mcpsession.simulation.model.SeenSpecs;
import java.time.Instant;
import java.util.List;

/**
 * On what the reconcile that runs in one process may have based its decision.
 *
 * @param activity what the process was told of the use of sessions
 * @param instants every one at which it looked at the clock
 * @param specs what it read of sessions and templates
 */
public record DecisionBasis(SeenActivity activity, List<Instant> instants, SeenSpecs specs) {}
