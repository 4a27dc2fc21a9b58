package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.resources.SessionPod;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.InstantSource;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, labels and deletes the Pods of one session, for one plan, and asks the API server about
 * those that caches do not show. Pods of other owners are not touched.
 */
public final class PodWriter {
  private static final Logger log = LoggerFactory.getLogger(PodWriter.class);

  private final ClusterApi api;
  private final ChildRequests requests;
  private final SessionEntry entry;
  private final TokenCallState tokenCall;
  private final OwnWrites writes;
  private final InstantSource clock;
  private final SessionKey key;
  private final McpSessionSpec spec;
  private final @Nullable String restartedAt;

  public PodWriter(
      ClusterApi api,
      ChildRequests requests,
      Observation seen,
      SessionEntry entry,
      InstantSource clock) {
    this.api = api;
    this.requests = requests;
    this.entry = entry;
    this.tokenCall = entry.tokenCall();
    this.writes = entry.writes();
    this.clock = clock;
    this.key = seen.session().key();
    this.spec = seen.session().spec();
    this.restartedAt = seen.session().restartedAt();
  }

  /** Creates the Pod of this revision. The token that was obtained for it counts as used. */
  public StepOutcome create(int revision) {
    TokenInfo token = spec.token() == null ? null : tokenCall.info();
    return requests.create(
        describe(revision),
        entry.childRejections(),
        () -> api.createPod(desired(revision, token)),
        () -> api.readPod(key.namespace(), Names.child(key.name(), revision)),
        pod -> {
          entry.childRejections().succeeded();
          writes.created(pod, clock.instant());
          restoreIfLost(pod, StepOutcome.DONE);
          tokenCall.used();
          return StepOutcome.DONE;
        });
  }

  /** Finds out whether the Pod of this revision would be refused. */
  public StepOutcome tryCreation(int revision) {
    TokenInfo none = new TokenInfo(clock.instant(), null, null);
    return requests.tryOut(describe(revision), () -> api.tryPod(desired(revision, none)));
  }

  private Pod desired(int revision, @Nullable TokenInfo token) {
    Inputs inputs = Inputs.of(spec, restartedAt, null);
    return SessionPod.desired(key, spec, revision, inputs, token);
  }

  private String describe(int revision) {
    return "Pod " + Names.child(key.name(), revision);
  }

  /**
   * Deletes the Pod of this uid.
   *
   * @param graceSeconds how long it has to stop; null: as its own spec says
   */
  public StepOutcome delete(String name, String uid, @Nullable Integer graceSeconds) {
    requests.delete(() -> api.deletePod(key.namespace(), name, uid, graceSeconds));
    writes.deletedPod(uid);
    return StepOutcome.DONE;
  }

  /**
   * Asks the API server: the next decision must not assume that a Pod is gone that still exists.
   */
  public StepOutcome confirmGone(String name) {
    Pod pod = own(name);
    return pod == null ? StepOutcome.DONE : restoreIfLost(pod, new StepOutcome.Stale());
  }

  /** Asks the API server for a Pod that a cache does not show any more. */
  public StepOutcome find(String name, String uid) {
    Pod pod = own(name);
    if (pod != null && uid.equals(pod.getMetadata().getUid())) {
      return restoreIfLost(pod, StepOutcome.DONE);
    }
    writes.forgetPod(uid);
    return StepOutcome.DONE;
  }

  /** The session's Pod of this name; null if there is none, or another owner's. */
  private @Nullable Pod own(String name) {
    Pod pod = api.readPod(key.namespace(), name);
    return pod != null && Child.isOwned(pod.getMetadata(), key) ? pod : null;
  }

  /** Labels of a Pod that is being deleted matter to nobody. */
  private StepOutcome restoreIfLost(Pod pod, StepOutcome otherwise) {
    ObjectMeta metadata = pod.getMetadata();
    OptionalInt revision = Names.revisionOf(key.name(), metadata.getName());
    if (metadata.getDeletionTimestamp() != null
        || revision.isEmpty()
        || Child.isLabelled(metadata, key, revision.getAsInt())) {
      return otherwise;
    }
    StepOutcome restored =
        restoreLabels(metadata.getName(), metadata.getUid(), revision.getAsInt());
    return restored == StepOutcome.DONE ? new StepOutcome.PlanAgain() : restored;
  }

  /**
   * Gives a Pod its labels back. One that loses them again and again is deleted: nothing that
   * depends on them can be relied on.
   */
  public StepOutcome restoreLabels(String name, String uid, int revision) {
    if (!writes.mayRestoreLabels(uid, clock.instant())) {
      log.warn("session {}: Pod {} loses its labels again and again, and is deleted", key, name);
      return delete(name, uid, null);
    }
    log.warn("session {}: Pod {} lost labels by which it is found; they are restored", key, name);
    Pod pod = api.labelPod(key.namespace(), name, uid, Child.labels(key, revision));
    writes.restoredLabels(uid, clock.instant());
    writes.created(pod, clock.instant());
    return StepOutcome.DONE;
  }
}
