package dev.mcpsession.reconcile;

import static dev.mcpsession.reconcile.Answer.isConflict;
import static dev.mcpsession.reconcile.Answer.isGone;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Observation;
import dev.mcpsession.plan.Setback;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.resources.SessionPod;
import dev.mcpsession.resources.SessionService;
import dev.mcpsession.resources.TokenSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Service, Secrets and Pods of one session, as one plan makes, changes and removes them. What
 * has one of their names and is not the session's own stays as it is.
 */
final class Children {
  private final ClusterApi api;
  private final Observation seen;
  private final SessionMemory memory;
  private final OwnWrites writes;
  private final InstantSource clock;
  private final SessionKey key;
  private final McpSessionSpec spec;

  Children(ClusterApi api, Observation seen, SessionMemory memory, InstantSource clock) {
    this.api = api;
    this.seen = seen;
    this.memory = memory;
    this.writes = memory.writes();
    this.clock = clock;
    this.key = seen.session();
    this.spec = seen.spec();
  }

  Outcome createService(int revision, int port) {
    String what = "Service " + key.name();
    return create(
        true,
        what,
        () -> api.createService(SessionService.desired(key, revision, port)),
        () -> api.readService(key.namespace(), key.name()),
        service -> writes.wrote(service, clock.instant()));
  }

  Outcome pointService(String resourceVersion, int revision, int port) {
    Service current = api.readService(key.namespace(), key.name());
    if (current == null
        || !Child.isOwned(current.getMetadata(), key)
        || !resourceVersion.equals(current.getMetadata().getResourceVersion())) {
      return new Outcome.Stale();
    }
    Service desired = SessionService.desired(key, revision, port);
    current.getSpec().setSelector(desired.getSpec().getSelector());
    current.getSpec().setPorts(desired.getSpec().getPorts());
    writes.wrote(api.replaceService(current), clock.instant());
    return Outcome.DONE;
  }

  Outcome createSecret(int revision) {
    Token token = memory.token();
    if (token == null) {
      if (writes.secretUid(revision) != null) {
        // Found there after a crash, and all that is known of it is what it says.
        return Outcome.DONE;
      }
      memory.forgetToken();
      return new Outcome.PlanAgain();
    }
    return create(
        false,
        "Secret " + Names.child(key.name(), revision),
        () -> api.createSecret(TokenSecret.desired(key, revision, token)),
        () -> api.readSecret(key.namespace(), Names.child(key.name(), revision)),
        secret -> {
          writes.stored(revision, secret.getMetadata().getUid());
          TokenInfo info = Child.token(secret.getMetadata().getAnnotations());
          if (info != null && !info.equals(token.info())) {
            memory.tokenIs(info);
          }
        });
  }

  Outcome createPod(int revision) {
    TokenInfo token = spec.token() == null ? null : memory.tokenInfo();
    Inputs inputs = Inputs.of(spec, seen.restartedAt(), null);
    return create(
        false,
        "Pod " + Names.child(key.name(), revision),
        () -> api.createPod(SessionPod.desired(key, spec, revision, inputs, token)),
        () -> api.readPod(key.namespace(), Names.child(key.name(), revision)),
        pod -> writes.created(pod, clock.instant()));
  }

  /** By uid, and only if it is ours: the name alone could be somebody else's. */
  Outcome deleteSecret(int revision) {
    String name = Names.child(key.name(), revision);
    String uid = writes.secretUid(revision);
    if (uid == null) {
      Secret secret = api.readSecret(key.namespace(), name);
      if (secret == null || !Child.isOwned(secret.getMetadata(), key)) {
        return Outcome.DONE;
      }
      uid = secret.getMetadata().getUid();
    }
    String known = uid;
    // After a conflict it is looked up anew.
    writes.deletedSecret(revision);
    ignoreGone(() -> api.deleteSecret(key.namespace(), name, known));
    return Outcome.DONE;
  }

  /** A conflict is read: what is ours was made by an earlier try whose answer was lost. */
  private <T extends HasMetadata> Outcome create(
      boolean service,
      String what,
      Supplier<T> create,
      Supplier<@Nullable T> read,
      Consumer<T> made) {
    T result;
    try {
      result = create.get();
    } catch (KubernetesClientException e) {
      if (!isConflict(e)) {
        return Answer.isRefusal(e) ? refused(service, what, e) : Answer.judge(e, "create " + what);
      }
      T existing = read.get();
      if (existing == null || existing.getMetadata().getDeletionTimestamp() != null) {
        return new Outcome.NotYet(what + " of a predecessor is still being deleted");
      }
      if (!Child.isOwned(existing.getMetadata(), key)) {
        String owner = Child.describeOwner(existing.getMetadata());
        memory.setBack(
            service, new Setback.Taken(what, owner, memory.nextSetback(service), clock.instant()));
        return new Outcome.PlanAgain();
      }
      result = existing;
    }
    if (service || result instanceof Pod) {
      memory.succeeded(service);
    }
    made.accept(result);
    return Outcome.DONE;
  }

  private Outcome refused(boolean service, String what, KubernetesClientException e) {
    if (Answer.isNamespaceEnding(e)) {
      return new Outcome.Gone();
    }
    memory.setBack(
        service,
        new Setback.Refused(
            what,
            Answer.words(e),
            Answer.isInvalid(e),
            memory.nextSetback(service),
            clock.instant()));
    return new Outcome.PlanAgain();
  }

  /** A conflict may mean another uid, and may mean nothing: the next plan looks again. */
  private void ignoreGone(Runnable delete) {
    try {
      delete.run();
    } catch (KubernetesClientException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  Outcome deleteService(String uid) {
    ignoreGone(() -> api.deleteService(key.namespace(), key.name(), uid));
    return Outcome.DONE;
  }

  Outcome deletePod(String name, String uid) {
    ignoreGone(() -> api.deletePod(key.namespace(), name, uid));
    writes.deletedPod(uid);
    return Outcome.DONE;
  }

  /** Whatever a cache shows: the next decision must not rest on a Pod that is still there. */
  Outcome confirmPodGone(String name) {
    Pod pod = api.readPod(key.namespace(), name);
    boolean gone = pod == null || !Child.isOwned(pod.getMetadata(), key);
    return gone ? Outcome.DONE : new Outcome.Stale();
  }

  /** What is in the Secret of this revision, if a process before this one came to store it. */
  @Nullable TokenInfo findToken(int revision) {
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
