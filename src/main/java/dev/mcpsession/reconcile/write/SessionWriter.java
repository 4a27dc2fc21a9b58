package dev.mcpsession.reconcile.write;

import static dev.mcpsession.kube.ApiErrors.isConflict;
import static dev.mcpsession.kube.ApiErrors.isGone;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.SessionEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes one session's status and finalizer, and deletes it, for one plan. Knows the session as
 * this plan left it, and whether the API server has it so.
 */
public final class SessionWriter {
  private final ClusterApi api;
  private final Observation seen;
  private final SessionKey key;
  private final SessionEntry entry;
  private final OwnWrites writes;
  private McpSession session;
  private boolean statusWritten;

  /**
   * @param session that the plan was made for, as it was observed
   */
  public SessionWriter(ClusterApi api, McpSession session, Observation seen, SessionEntry entry) {
    this.api = api;
    this.session = session;
    this.seen = seen;
    this.key = seen.session().key();
    this.entry = entry;
    this.writes = entry.writes();
  }

  /** The session after the writes of this plan so far. */
  public McpSession session() {
    return session;
  }

  /** Replaces the status. */
  public StepOutcome writeStatus(McpSessionStatus status) {
    McpSession desired = new McpSession();
    desired.setMetadata(session.getMetadata());
    desired.setSpec(session.getSpec());
    desired.setStatus(status);
    writes.statusSent();
    try {
      session = api.replaceStatus(desired);
    } catch (KubernetesClientException e) {
      if (isConflict(e) || isGone(e)) {
        writes.statusRefused();
      }
      throw e;
    }
    writes.statusCertain();
    writes.wrote(session, desired.getMetadata().getResourceVersion());
    statusWritten = true;
    return StepOutcome.DONE;
  }

  /**
   * Creates a child, once it is certain that the status names it. A status write whose response was
   * lost may have been stored although no cache shows it, and may have dropped the number that this
   * child would be created for.
   */
  public StepOutcome ifNamed(Supplier<StepOutcome> create) {
    if (writes.isStatusInDoubt()) {
      StepOutcome confirmed = confirm();
      if (confirmed != StepOutcome.DONE) {
        return confirmed;
      }
      writes.statusCertain();
    }
    return create.get();
  }

  /** Asks the API server whether the session still has the status that the plan knows. */
  public StepOutcome confirm() {
    if (statusWritten) {
      return StepOutcome.DONE;
    }
    McpSession current = api.readSession(key.namespace(), key.name());
    boolean same =
        current != null
            && key.uid().equals(current.getMetadata().getUid())
            && Objects.equals(current.getStatus(), session.getStatus());
    return same ? StepOutcome.DONE : new StepOutcome.Stale();
  }

  /**
   * Adds the finalizer for revocation, or removes it.
   *
   * @param resourceVersion of the session that the plan was made from
   */
  public StepOutcome writeFinalizer(String resourceVersion, boolean present) {
    List<String> finalizers = new ArrayList<>(session.getMetadata().getFinalizers());
    finalizers.remove(Names.REVOCATION_FINALIZER);
    if (present) {
      finalizers.add(Names.REVOCATION_FINALIZER);
    }
    McpSession desired = new McpSession();
    desired.setMetadata(
        new ObjectMetaBuilder(session.getMetadata())
            .withResourceVersion(resourceVersion)
            .withFinalizers(finalizers)
            .build());
    session = api.replaceFinalizers(desired);
    writes.wrote(session, resourceVersion);
    if (seen.session().deletedAt() != null) {
      entry.revocation().end();
    }
    return StepOutcome.DONE;
  }

  /**
   * Deletes the session, if it is the one that the plan was made from.
   *
   * @param status that it must have before
   */
  public StepOutcome delete(String uid, String resourceVersion, @Nullable McpSessionStatus status) {
    String version = resourceVersion;
    if (status != null && !status.equals(session.getStatus())) {
      writeStatus(status);
      version = session.getMetadata().getResourceVersion();
    }
    api.deleteSession(key.namespace(), key.name(), uid, version);
    return StepOutcome.DONE;
  }
}
