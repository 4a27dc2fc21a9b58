package dev.mcpsession.reconcile.write;

import static dev.mcpsession.kube.ApiErrors.isConflict;
import static dev.mcpsession.kube.ApiErrors.isGone;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.Rejections;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.resources.ServiceUpdate;
import dev.mcpsession.resources.SessionPod;
import dev.mcpsession.resources.SessionService;
import dev.mcpsession.resources.TokenSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, changes and deletes the Service, Secrets and Pods of one session for one plan. Objects
 * of the same names that belong to another owner are not touched.
 */
public final class Children {
  private static final Logger log = LoggerFactory.getLogger(Children.class);
  private static final String SECRET = "Secret ";

  private final ClusterApi api;
  private final SessionEntry entry;
  private final Observation seen;
  private final TokenCallState tokenCall;
  private final Rejections serviceRejections;
  private final Rejections childRejections;
  private final OwnWrites writes;
  private final InstantSource clock;
  private final SessionKey key;
  private final McpSessionSpec spec;

  public Children(ClusterApi api, Observation seen, SessionEntry entry, InstantSource clock) {
    this.api = api;
    this.entry = entry;
    this.seen = seen;
    this.tokenCall = entry.tokenCall();
    this.serviceRejections = entry.serviceRejections();
    this.childRejections = entry.childRejections();
    this.writes = entry.writes();
    this.clock = clock;
    this.key = seen.session().key();
    this.spec = seen.session().spec();
  }

  public StepOutcome createService(int revision, boolean byUid, int port) {
    return create(
        "Service " + key.name(),
        serviceRejections,
        () ->
            api.createService(
                SessionService.desired(key, revision, byUid, port, spec.serviceAppProtocol())),
        () -> api.readService(key.namespace(), key.name()),
        service -> {
          serviceRejections.succeeded();
          writes.wrote(labelled(service), clock.instant());
          // One of ours that a late cache does not show may lead to the revision before.
          SessionService.Selected selected =
              SessionService.selected(service.getSpec().getSelector(), key);
          return selected != null && selected.revision() == revision
              ? StepOutcome.DONE
              : new StepOutcome.PlanAgain();
        });
  }

  /** A Service of ours that no cache shows has lost the labels by which it is found. */
  private Service labelled(Service service) {
    if (Child.isLabelled(service.getMetadata(), key, null)) {
      return service;
    }
    log.warn("session {}: its Service lost labels by which it is found; they are restored", key);
    label(service, Child.labels(key, null));
    return api.replaceService(service);
  }

  public StepOutcome pointService(String resourceVersion, int revision, boolean byUid, int port) {
    Service current = api.readService(key.namespace(), key.name());
    if (current == null
        || !Child.isOwned(current.getMetadata(), key)
        || !resourceVersion.equals(current.getMetadata().getResourceVersion())) {
      return new StepOutcome.Stale();
    }
    Service pointed =
        ServiceUpdate.pointed(current, key, revision, byUid, port, spec.serviceAppProtocol());
    label(pointed, Child.labels(key, null));
    writes.wrote(api.replaceService(pointed), clock.instant());
    return StepOutcome.DONE;
  }

  public StepOutcome createSecret(int revision) {
    Token token = tokenCall.token();
    if (token == null) {
      if (writes.secretUid(revision) != null) {
        // It was found after a crash; its annotations are all that is known of it.
        return StepOutcome.DONE;
      }
      tokenCall.forget();
      return new StepOutcome.PlanAgain();
    }
    return create(
        SECRET + Names.child(key.name(), revision),
        childRejections,
        () -> api.createSecret(TokenSecret.desired(key, revision, token)),
        () -> api.readSecret(key.namespace(), Names.child(key.name(), revision)),
        secret -> {
          writes.stored(revision, secret.getMetadata().getUid());
          TokenInfo info = Child.token(secret.getMetadata().getAnnotations());
          if (info != null && !info.equals(token.info())) {
            tokenCall.isStored(info);
          }
          return StepOutcome.DONE;
        });
  }

  public StepOutcome createPod(int revision) {
    TokenInfo token = spec.token() == null ? null : tokenCall.info();
    Inputs inputs = Inputs.of(spec, seen.session().restartedAt(), null);
    return create(
        "Pod " + Names.child(key.name(), revision),
        childRejections,
        () -> api.createPod(SessionPod.desired(key, spec, revision, inputs, token)),
        () -> api.readPod(key.namespace(), Names.child(key.name(), revision)),
        pod -> {
          childRejections.succeeded();
          writes.created(pod, clock.instant());
          restoreIfLost(pod, StepOutcome.DONE);
          return StepOutcome.DONE;
        });
  }

  /** Finds out whether the Secret and the Pod of a revision would be refused. */
  public StepOutcome tryCreation(int revision) {
    TokenInfo none = new TokenInfo(clock.instant(), null, null);
    Inputs inputs = Inputs.of(spec, seen.session().restartedAt(), null);
    String name = Names.child(key.name(), revision);
    StepOutcome secret =
        tryOut(
            SECRET + name,
            () -> api.trySecret(TokenSecret.desired(key, revision, new Token("none yet", none))));
    return secret == StepOutcome.DONE
        ? tryOut(
            "Pod " + name, () -> api.tryPod(SessionPod.desired(key, spec, revision, inputs, none)))
        : secret;
  }

  /** A name that is taken is the business of the request that is meant. */
  private StepOutcome tryOut(String what, Runnable dryRun) {
    try {
      dryRun.run();
    } catch (KubernetesClientException e) {
      if (!isConflict(e) && !ApiErrors.isWithoutDryRun(e)) {
        return ApiErrors.isRefusal(e)
            ? refused(what, childRejections, e)
            : StepOutcome.of(e, "creating " + what);
      }
    }
    return StepOutcome.DONE;
  }

  /** By uid, and only if it is ours: another owner may have an object of this name. */
  public StepOutcome deleteSecret(int revision) {
    String name = Names.child(key.name(), revision);
    String uid = writes.secretUid(revision);
    if (uid == null) {
      Secret secret = api.readSecret(key.namespace(), name);
      if (secret == null || !Child.isOwned(secret.getMetadata(), key)) {
        return StepOutcome.DONE;
      }
      uid = secret.getMetadata().getUid();
    }
    String known = uid;
    // After a conflict the uid is read again.
    writes.deletedSecret(revision);
    ignoreGone(() -> api.deleteSecret(key.namespace(), name, known));
    return StepOutcome.DONE;
  }

  /**
   * On a conflict, reads the object: if it is ours, an earlier request created it and its response
   * was lost.
   *
   * @param made notes the object, and says what follows
   */
  private <T extends HasMetadata> StepOutcome create(
      String what,
      Rejections rejections,
      Supplier<T> create,
      Supplier<@Nullable T> read,
      Function<T, StepOutcome> made) {
    T result;
    try {
      result = create.get();
    } catch (KubernetesClientException e) {
      if (!isConflict(e)) {
        return ApiErrors.isRefusal(e)
            ? refused(what, rejections, e)
            : StepOutcome.of(e, "creating " + what, words(what, e));
      }
      T existing = read.get();
      if (existing == null) {
        // Not a name that is taken, but an answer of its own, as of an admission webhook.
        return new StepOutcome.Unavailable("creating " + what, words(what, e), e.getCode());
      }
      if (existing.getMetadata().getDeletionTimestamp() != null) {
        return new StepOutcome.NotYet(what + " of a predecessor is still being deleted");
      }
      if (!Child.isOwned(existing.getMetadata(), key)) {
        String owner = Child.describeOwner(existing.getMetadata());
        rejections.rejected(new ApiRejection.Taken(what, owner, rejections.next(), now()));
        return new StepOutcome.PlanAgain();
      }
      result = existing;
    }
    return made.apply(result);
  }

  /** In whole milliseconds, as plans count. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Notes that the API server creates nothing in the session's namespace any more. */
  public StepOutcome namespaceEnds() {
    if (entry.namespaceEnds(clock.instant())) {
      log.info(
          "namespace {} is being deleted: nothing is created or reported there", key.namespace());
    }
    return new StepOutcome.Gone();
  }

  private StepOutcome refused(String what, Rejections rejections, KubernetesClientException e) {
    if (ApiErrors.isNamespaceEnding(e)) {
      return ApiErrors.isNamespaceGoing(e) ? namespaceEnds() : new StepOutcome.Gone();
    }
    rejections.rejected(
        new ApiRejection.Refused(
            what, words(what, e), ApiErrors.isInvalid(e), rejections.next(), now()));
    return new StepOutcome.PlanAgain();
  }

  /**
   * What may be told of the answer: of one about a Secret its known parts, and never the token in
   * hand, which an admission webhook has seen.
   */
  private String words(String what, KubernetesClientException e) {
    if (what.startsWith(SECRET)) {
      return ErrorWords.ofSecret(e);
    }
    Token token = tokenCall.token();
    return token == null ? ErrorWords.of(e) : token.maskedIn(ErrorWords.of(e));
  }

  /** A conflict may mean another uid, or nothing; the next plan shows which. */
  private void ignoreGone(Runnable delete) {
    try {
      delete.run();
    } catch (KubernetesClientException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  public StepOutcome deleteService(String uid) {
    ignoreGone(() -> api.deleteService(key.namespace(), key.name(), uid));
    return StepOutcome.DONE;
  }

  public StepOutcome deletePod(String name, String uid) {
    ignoreGone(() -> api.deletePod(key.namespace(), name, uid));
    writes.deletedPod(uid);
    return StepOutcome.DONE;
  }

  /**
   * Asks the API server: the next decision must not assume that a Pod is gone that still exists.
   */
  public StepOutcome confirmPodGone(String name) {
    Pod pod = api.readPod(key.namespace(), name);
    return pod == null || !Child.isOwned(pod.getMetadata(), key)
        ? StepOutcome.DONE
        : restoreIfLost(pod, new StepOutcome.Stale());
  }

  /** Asks the API server for a Pod that a cache does not show any more. */
  public StepOutcome findPod(String name, String uid) {
    Pod pod = api.readPod(key.namespace(), name);
    if (pod != null
        && uid.equals(pod.getMetadata().getUid())
        && Child.isOwned(pod.getMetadata(), key)) {
      return restoreIfLost(pod, StepOutcome.DONE);
    }
    writes.forgetPod(uid);
    return StepOutcome.DONE;
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
      return deletePod(name, uid);
    }
    log.warn("session {}: Pod {} lost labels by which it is found; they are restored", key, name);
    Pod pod = api.labelPod(key.namespace(), name, uid, Child.labels(key, revision));
    writes.restoredLabels(uid, clock.instant());
    writes.created(pod, clock.instant());
    return StepOutcome.DONE;
  }

  private static void label(HasMetadata object, Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>();
    if (object.getMetadata().getLabels() != null) {
      all.putAll(object.getMetadata().getLabels());
    }
    all.putAll(labels);
    object.getMetadata().setLabels(all);
  }

  /** The token in the Secret of this revision, if an earlier process stored one; else null. */
  public @Nullable TokenInfo findToken(int revision) {
    Secret secret = api.readSecret(key.namespace(), Names.child(key.name(), revision));
    if (secret == null || !Child.isOwned(secret.getMetadata(), key)) {
      return null;
    }
    TokenInfo info = Child.token(secret.getMetadata().getAnnotations());
    if (info != null) {
      writes.stored(revision, secret.getMetadata().getUid());
    }
    return info;
  }
}
