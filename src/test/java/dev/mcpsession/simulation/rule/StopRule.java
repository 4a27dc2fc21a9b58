package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelIssuer;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.VirtualClock;
import dev.mcpsession.simulation.model.Words;
import dev.mcpsession.simulation.model.WriterClocks;
import java.time.Duration;
import java.time.Instant;

/** A session is evicted or suspended for a reason only. */
final class StopRule {
  private final VirtualClock clock;
  private final ModelIssuer issuer;
  private final WriterClocks writers;

  StopRule(VirtualClock clock, ModelIssuer issuer, WriterClocks writers) {
    this.clock = clock;
    this.issuer = issuer;
    this.writers = writers;
  }

  /** An eviction that the API server accepted. */
  void evicted(McpSession session, DecisionBasis basis) {
    boolean reasoned =
        basis.specs().of(session).stream().anyMatch(spec -> mayEnd(session, spec, basis));
    Invariants.require(
        reasoned,
        Truth.name(session)
            + " was evicted at "
            + clock.instant()
            + " without a reason; lastActive "
            + IdleRule.annotation(session, Names.LAST_ACTIVE)
            + ", status "
            + Words.of(session.getStatus()));
  }

  private boolean mayEnd(McpSession session, McpSessionSpec spec, DecisionBasis basis) {
    Duration lifetime = spec.maxLifetime();
    Instant created = Instant.parse(session.getMetadata().getCreationTimestamp());
    boolean lived =
        lifetime != null
            && basis.instants().stream().anyMatch(at -> !at.isBefore(created.plus(lifetime)));
    boolean rejected = spec.token() != null && issuer.hasRejected(Truth.uid(session));
    boolean idle =
        !spec.isSuspended()
            && basis.instants().stream()
                .anyMatch(
                    at ->
                        isForgotten(session, spec, basis, at)
                            || (!spec.suspendsWhenIdle() && isIdle(session, spec, basis, at)));
    return lived || rejected || idle;
  }

  /** A status that the API server accepted. */
  void statusWritten(McpSession before, McpSession after, DecisionBasis basis) {
    boolean suspends =
        Truth.reason(after).equals("SuspendedIdle")
            && !Truth.reason(before).equals("SuspendedIdle");
    Invariants.require(
        !suspends
            || basis.specs().of(before).stream().anyMatch(spec -> maySuspend(before, spec, basis)),
        Truth.name(before) + " was suspended while it was in use");
  }

  private boolean maySuspend(McpSession session, McpSessionSpec spec, DecisionBasis basis) {
    return !spec.isSuspended()
        && spec.suspendsWhenIdle()
        && basis.instants().stream().anyMatch(at -> isIdle(session, spec, basis, at));
  }

  private boolean isIdle(McpSession session, McpSessionSpec spec, DecisionBasis basis, Instant at) {
    return IdleRule.isOver(session, spec, writers, basis.activity().lastUse(session), at);
  }

  private boolean isForgotten(
      McpSession session, McpSessionSpec spec, DecisionBasis basis, Instant at) {
    return IdleRule.isForgotten(session, spec, writers, basis.activity().lastUse(session), at);
  }
}
