package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelIssuer;
import dev.mcpsession.simulation.model.VirtualClock;
import dev.mcpsession.simulation.model.WriterClocks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Set;

/** What must hold at every moment, checked against the API server's state. */
public final class Invariants {
  private final ModelApiServer server;
  private final boolean calm;
  private final StateRule state;
  private final GapRule gaps;
  private final StopRule stops;
  private final WriteRule writes;
  private final TemplateRule templates;
  private final RecreateRule recreation;
  private final Traces traces;

  /**
   * @param calm whether nothing but users and faults of the operator disturbs a session
   * @param alone whether there is one operator at a time
   * @param upgraded whether there may be Services that select without the session's uid
   */
  public Invariants(
      ModelApiServer server,
      VirtualClock clock,
      ModelIssuer issuer,
      WriterClocks writers,
      boolean calm,
      boolean alone,
      boolean upgraded) {
    this.server = server;
    this.calm = calm;
    this.state = new StateRule(server, alone, upgraded);
    this.gaps = new GapRule(server);
    this.stops = new StopRule(clock, issuer, writers);
    this.templates = new TemplateRule(server);
    this.recreation = new RecreateRule(server, alone);
    this.traces = new Traces(server);
    this.writes = new WriteRule(server, traces, alone);
  }

  public static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Checks everything that the current state alone shows. */
  public void check() {
    for (McpSession session : server.sessions.all()) {
      state.check(session);
      if (calm) {
        gaps.check(session);
      }
    }
  }

  /** Someone emptied the status. */
  public void statusEmptied(McpSession session) {
    state.statusEmptied(session);
    writes.statusEmptied(session);
    traces.statusEmptied(session);
  }

  /** A status that the API server accepted. */
  public void statusWritten(McpSession before, McpSession after, DecisionBasis basis) {
    writes.statusWritten(before, after);
    stops.statusWritten(before, after, basis);
    templates.statusWritten(before, after, basis);
    recreation.statusWritten(before, after, basis);
    gaps.statusWritten(before, after, basis);
  }

  /** An eviction that the API server accepted. */
  public void evicted(McpSession session, DecisionBasis basis) {
    stops.evicted(session, basis);
  }

  /** A Pod that the API server made for a process of the operator. */
  public void podMade(Pod pod, DecisionBasis basis) {
    templates.podMade(pod, basis);
    recreation.podMade(pod, basis);
  }

  /** A process of the operator started. */
  public void processStarted(String process) {
    traces.processStarted(process);
  }

  /** A process of the operator reconciled a session. */
  public void reconciled(String process, McpSession session) {
    traces.reconciled(process, session);
  }

  /** A process of the operator looked for a Secret and found none. */
  public void secretMissing(String process, String secret) {
    traces.secretMissing(process, secret);
  }

  /** A process of the operator has carried out a plan, or given it up. */
  public void planEnded(String process, String session) {
    traces.planEnded(process, session);
  }

  /** A process of the operator ended. */
  public void processEnded(String process) {
    traces.processEnded(process);
  }

  /** Someone deleted a Pod. */
  public void podTaken(McpSession session, Pod pod) {
    traces.podTaken(session, pod);
  }

  /** Whether nobody can know of this Pod. */
  public boolean isLost(Pod pod) {
    return traces.isLost(pod);
  }

  /** Whether nobody can know of this Secret. */
  public boolean isUntraceable(Secret secret) {
    return traces.isUntraceable(secret);
  }

  /** The session that a decision was based on. */
  public void decidedOn(McpSession decidedOn, McpSession before) {
    writes.decidedOn(decidedOn, before);
  }

  /** A Secret or Pod that the API server made for a process of the operator. */
  public void childMade(String process, HasMetadata child) {
    writes.childMade(child);
    if (child instanceof Secret secret) {
      traces.secretMade(process, secret);
    }
  }

  /**
   * A child that the operator changed or deleted.
   *
   * @param sessions uids that the operator was working for
   */
  public void childChanged(HasMetadata child, Set<String> sessions) {
    writes.childChanged(child, sessions);
  }
}
