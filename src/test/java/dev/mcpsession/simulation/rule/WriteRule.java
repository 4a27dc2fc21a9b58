package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes are based on what the API server has, and concern what the operator works for. */
final class WriteRule {
  private final Set<String> emptied = new HashSet<>();
  private final Set<String> renumbered = new HashSet<>();

  private final ModelApiServer server;
  private final Traces traces;
  private final boolean alone;

  WriteRule(ModelApiServer server, Traces traces, boolean alone) {
    this.server = server;
    this.traces = traces;
    this.alone = alone;
  }

  /** Someone emptied the status: what is decided on the one before may still be carried out. */
  void statusEmptied(McpSession session) {
    emptied.add(Truth.uid(session));
    renumbered.add(Truth.uid(session));
  }

  /** A status that the API server accepted. */
  void statusWritten(McpSession before, McpSession after) {
    String uid = Truth.uid(before);
    Invariants.require(uid.equals(Truth.uid(after)), "the status of a namesake was written");
    emptied.remove(uid);
  }

  /**
   * The session that a decision was based on must be what the API server has under that version.
   */
  void decidedOn(McpSession decidedOn, McpSession before) {
    ObjectMeta seen = decidedOn.getMetadata();
    ObjectMeta stored = before.getMetadata();
    Invariants.require(
        decidedOn.getSpec().equals(before.getSpec())
            && Objects.equals(seen.getAnnotations(), stored.getAnnotations())
            && Objects.equals(seen.getGeneration(), stored.getGeneration())
            && Objects.equals(seen.getDeletionTimestamp(), stored.getDeletionTimestamp())
            && seen.getFinalizers().equals(stored.getFinalizers()),
        Truth.name(before) + " was never as it was decided on");
  }

  /** A Secret or Pod is created only for a number that the status names at that moment. */
  void childMade(HasMetadata child) {
    String owner = Truth.owner(child);
    McpSession session = owner == null ? null : server.sessionOf(owner);
    if (session == null) {
      return;
    } else if (emptied.contains(owner) || (!alone && renumbered.contains(owner))) {
      // Decided on a status that is lost; or its number is that of an earlier Pod, which the other
      // operator still sees and takes for this one's.
      traces.giveUp(child);
      return;
    }
    McpSessionStatus status = session.getStatus();
    boolean named =
        status != null
            && status.attempt() != null
            && Truth.name(child).equals(Truth.name(session) + "-" + status.attempt().revision());
    if (!named && !alone) {
      // An operator cannot know that the other one has meanwhile given up this number.
      traces.giveUp(child);
      return;
    }
    Invariants.require(named, Truth.name(child) + " was made, which the status does not name");
    Secret secret = server.secrets.find(Truth.name(child));
    Invariants.require(
        !(child instanceof Pod)
            || secret == null
            || traces.isUntraceable(secret)
            || !owner.equals(Truth.owner(secret))
            || Truth.token(child).equals(Truth.token(secret)),
        Truth.name(child) + " says of its token what its Secret does not");
  }

  /**
   * A child that the operator changed or deleted.
   *
   * @param sessions uids that the operator was working for
   */
  void childChanged(HasMetadata child, Set<String> sessions) {
    @Nullable String owner = Truth.owner(child);
    Invariants.require(
        owner != null && sessions.contains(owner),
        Truth.name(child) + " of " + owner + " was changed by the operator of " + sessions);
  }
}
