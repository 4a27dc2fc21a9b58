package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.simulation.model.ModelIssuer;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.VirtualClock;
import dev.mcpsession.simulation.model.Words;
import dev.mcpsession.simulation.model.WriterClocks;
import java.time.Instant;
import java.util.List;

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
  void evicted(McpSession session, SeenActivity seen, List<Instant> decidedAt) {
    McpSessionSpec spec = session.getSpec();
    Integer lifetime = spec.maxLifetimeSeconds();
    Instant created = Instant.parse(session.getMetadata().getCreationTimestamp());
    boolean lived =
        lifetime != null
            && decidedAt.stream().anyMatch(at -> !at.isBefore(created.plusSeconds(lifetime)));
    boolean rejected = spec.token() != null && issuer.hasRejected(Truth.uid(session));
    boolean idle =
        !Boolean.TRUE.equals(spec.suspend())
            && !spec.suspendsWhenIdle()
            && decidedAt.stream().anyMatch(at -> isIdle(session, seen, at));
    Invariants.require(
        lived || rejected || idle,
        Truth.name(session)
            + " was evicted at "
            + clock.instant()
            + " without a reason; lastActive "
            + IdleRule.annotation(session)
            + ", status "
            + Words.of(session.getStatus()));
  }

  /** A status that the API server accepted. */
  void statusWritten(
      McpSession before, McpSession after, SeenActivity seen, List<Instant> decidedAt) {
    boolean suspends =
        Truth.reason(after).equals("SuspendedIdle")
            && !Truth.reason(before).equals("SuspendedIdle");
    Invariants.require(
        !suspends
            || (!Boolean.TRUE.equals(before.getSpec().suspend())
                && before.getSpec().suspendsWhenIdle()
                && decidedAt.stream().anyMatch(at -> isIdle(before, seen, at))),
        Truth.name(before) + " was suspended while it was in use");
  }

  private boolean isIdle(McpSession session, SeenActivity seen, Instant at) {
    return IdleRule.isOver(session, writers, seen.lastUse(session), at);
  }
}
