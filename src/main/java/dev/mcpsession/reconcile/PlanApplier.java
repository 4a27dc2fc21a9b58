package dev.mcpsession.reconcile;

import static dev.mcpsession.reconcile.Answer.isConflict;
import static dev.mcpsession.reconcile.Answer.isGone;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Observation;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.Setback;
import dev.mcpsession.plan.TokenCall;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.DisruptionBudget;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.resources.SessionPod;
import dev.mcpsession.resources.SessionService;
import dev.mcpsession.resources.TokenSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries plans out, step by step: the only class that writes. The first step that does not succeed
 * ends a plan.
 */
final class PlanApplier {
  private static final Logger log = LoggerFactory.getLogger(PlanApplier.class);
  private static final Outcome DONE = new Outcome.Done();

  private final ClusterApi api;
  private final TokenCalls tokens;
  private final Revocations revocations;
  private final Announcer announcer;
  private final Guards guards;
  private final InstantSource clock;
  private final WriteGate gate;

  PlanApplier(
      ClusterApi api,
      TokenCalls tokens,
      Revocations revocations,
      Announcer announcer,
      Guards guards,
      InstantSource clock,
      WriteGate gate) {
    this.api = api;
    this.tokens = tokens;
    this.revocations = revocations;
    this.announcer = announcer;
    this.guards = guards;
    this.clock = clock;
    this.gate = gate;
  }

  /**
   * Carries out a plan.
   *
   * @param session that the plan was made for, as it was observed
   * @param seen what the plan was made from
   */
  Outcome apply(Plan plan, McpSession session, Observation seen, SessionMemory memory) {
    Application application = new Application(plan, session, seen, memory);
    for (Action action : plan.actions()) {
      Outcome outcome;
      try {
        outcome =
            gate.isOpen()
                ? application.carryOut(action)
                : new Outcome.NotYet("this process does not lead");
      } catch (KubernetesClientException e) {
        outcome = Answer.judge(e, action.getClass().getSimpleName());
      }
      if (outcome != DONE) {
        return outcome;
      }
    }
    return DONE;
  }

  /** One plan being carried out. */
  private final class Application {
    private final Plan plan;
    private final Observation seen;
    private final SessionKey key;
    private final McpSessionSpec spec;
    private final SessionMemory memory;
    private McpSession session;
    private boolean statusWritten;

    Application(Plan plan, McpSession session, Observation seen, SessionMemory memory) {
      this.plan = plan;
      this.session = session;
      this.seen = seen;
      this.key = seen.session();
      this.spec = seen.spec();
      this.memory = memory;
    }

    Outcome carryOut(Action action) {
      return switch (action) {
        case Action.CreateService(int revision, int port) -> createService(revision, port);
        case Action.PointService(String version, int revision, int port) ->
            pointService(version, revision, port);
        case Action.DeleteService(String uid) -> {
          ignoreGone(() -> api.deleteService(key.namespace(), key.name(), uid));
          yield DONE;
        }
        case Action.ObtainToken(Integer stored, String inputs) -> obtainToken(stored, inputs);
        case Action.ForgetToken() -> {
          memory.forgetToken();
          yield DONE;
        }
        case Action.ForgetSetback() -> {
          memory.forgetSetback();
          yield DONE;
        }
        case Action.WriteStatus() -> writeStatus();
        case Action.GuardNamespace() -> guardNamespace();
        case Action.CreateSecret(int revision) -> ifNamed(() -> createSecret(revision));
        case Action.CreatePod(int revision) -> ifNamed(() -> createPod(revision));
        case Action.DeleteSecret(int revision) -> deleteSecret(revision);
        case Action.DeletePod(String name, String uid) -> {
          ignoreGone(() -> api.deletePod(key.namespace(), name, uid));
          memory.deletedPod(uid);
          yield DONE;
        }
        case Action.ConfirmSession() -> confirmSession();
        case Action.ConfirmPodGone(String name) -> {
          Pod pod = api.readPod(key.namespace(), name);
          boolean gone = pod == null || !Child.isOwned(pod.getMetadata(), key);
          yield gone ? DONE : new Outcome.Stale();
        }
        case Action.Evict(String uid, String resourceVersion, var reason) -> {
          api.deleteSession(key.namespace(), key.name(), uid, resourceVersion);
          yield DONE;
        }
        case Action.AddFinalizer(String version) -> writeFinalizer(version, true);
        case Action.RemoveFinalizer(String version) -> writeFinalizer(version, false);
        case Action.RevokeTokens() -> {
          revocations.begin(session, memory);
          yield DONE;
        }
        case Action.Announce(var fact) -> {
          announcer.announce(session, fact);
          yield DONE;
        }
      };
    }

    private Outcome writeFinalizer(String resourceVersion, boolean present) {
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
      memory.wrote(session);
      if (seen.deletedAt() != null) {
        memory.endRevocation();
      }
      return DONE;
    }

    private Outcome writeStatus() {
      McpSession desired = new McpSession();
      desired.setMetadata(session.getMetadata());
      desired.setSpec(spec);
      desired.setStatus(plan.status());
      memory.statusInDoubt(true);
      try {
        session = api.replaceStatus(desired);
      } catch (KubernetesClientException e) {
        memory.statusInDoubt(!isConflict(e) && !isGone(e));
        throw e;
      }
      memory.statusInDoubt(false);
      memory.wrote(session);
      statusWritten = true;
      return DONE;
    }

    /**
     * A status whose answer was lost may be stored without any cache showing it yet, and may have
     * given up the number that a child is to be made for.
     */
    private Outcome ifNamed(Supplier<Outcome> create) {
      if (memory.isStatusInDoubt()) {
        Outcome confirmed = confirmSession();
        if (confirmed != DONE) {
          return confirmed;
        }
        memory.statusInDoubt(false);
      }
      return create.get();
    }

    private Outcome confirmSession() {
      if (statusWritten) {
        return DONE;
      }
      McpSession current = api.readSession(key.namespace(), key.name());
      boolean same =
          current != null
              && key.uid().equals(current.getMetadata().getUid())
              && Objects.equals(current.getStatus(), session.getStatus());
      return same ? DONE : new Outcome.Stale();
    }

    private Outcome createService(int revision, int port) {
      String what = "Service " + key.name();
      return create(
          true,
          what,
          () -> api.createService(SessionService.desired(key, revision, port)),
          () -> api.readService(key.namespace(), key.name()),
          service -> memory.wrote(service, clock.instant()));
    }

    /** Whatever the answer, the session goes on: without the guard a drain just does not wait. */
    private Outcome guardNamespace() {
      String namespace = key.namespace();
      Instant believed = guards.claim(namespace, clock.instant());
      if (believed == null) {
        return DONE;
      }
      try {
        api.createBudget(DisruptionBudget.desired(namespace));
        memory.guarded(believed);
      } catch (KubernetesClientException e) {
        boolean made = isConflict(e) && isOurs(api.readBudget(namespace, Names.BUDGET));
        if (made || !Answer.isRefusal(e)) {
          memory.guarded(believed);
        } else {
          guards.refused(namespace, clock.instant());
        }
        if (!made) {
          log.warn(
              "namespace {}: PodDisruptionBudget {} cannot be made, so a drain evicts its sessions"
                  + " without waiting for their replacements ({})",
              namespace,
              Names.BUDGET,
              Answer.words(e));
        }
      }
      return DONE;
    }

    private static boolean isOurs(@Nullable PodDisruptionBudget budget) {
      return budget != null && DisruptionBudget.isOurs(budget);
    }

    private Outcome pointService(String resourceVersion, int revision, int port) {
      Service current = api.readService(key.namespace(), key.name());
      if (current == null
          || !Child.isOwned(current.getMetadata(), key)
          || !resourceVersion.equals(current.getMetadata().getResourceVersion())) {
        return new Outcome.Stale();
      }
      Service desired = SessionService.desired(key, revision, port);
      current.getSpec().setSelector(desired.getSpec().getSelector());
      current.getSpec().setPorts(desired.getSpec().getPorts());
      memory.wrote(api.replaceService(current), clock.instant());
      return DONE;
    }

    private Outcome obtainToken(@Nullable Integer stored, String inputs) {
      TokenSpec source = spec.token();
      if (source == null || memory.call(TokenCalls.hash(source)) instanceof TokenCall.InFlight) {
        return DONE;
      }
      if (stored != null) {
        Secret secret = api.readSecret(key.namespace(), Names.child(key.name(), stored));
        TokenInfo info = secret == null ? null : Child.token(secret.getMetadata().getAnnotations());
        if (secret != null && info != null && Child.isOwned(secret.getMetadata(), key)) {
          memory.stored(stored, secret.getMetadata().getUid());
          memory.recovered(info, TokenCalls.hash(source));
          return new Outcome.PlanAgain();
        }
      }
      tokens.begin(key, source, inputs, memory);
      return DONE;
    }

    private Outcome createSecret(int revision) {
      Token token = memory.token();
      if (token == null) {
        if (memory.secretUid(revision) != null) {
          return DONE; // found there after a crash, and all that is known of it is what it says
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
            memory.stored(revision, secret.getMetadata().getUid());
            TokenInfo info = Child.token(secret.getMetadata().getAnnotations());
            if (info != null && !info.equals(token.info())) {
              memory.tokenIs(info);
            }
          });
    }

    private Outcome createPod(int revision) {
      TokenInfo token = spec.token() == null ? null : memory.tokenInfo();
      Inputs inputs = Inputs.of(spec, seen.restartedAt(), null);
      return create(
          false,
          "Pod " + Names.child(key.name(), revision),
          () -> api.createPod(SessionPod.desired(key, spec, revision, inputs, token)),
          () -> api.readPod(key.namespace(), Names.child(key.name(), revision)),
          pod -> memory.created(pod, clock.instant()));
    }

    /** A conflict is read: what is ours was made by an earlier try whose answer was lost. */
    private <T extends HasMetadata> Outcome create(
        boolean service,
        String what,
        Supplier<T> create,
        Supplier<@Nullable T> read,
        java.util.function.Consumer<T> made) {
      T result;
      try {
        result = create.get();
      } catch (KubernetesClientException e) {
        if (!isConflict(e)) {
          return Answer.isRefusal(e)
              ? refused(service, what, e)
              : Answer.judge(e, "create " + what);
        }
        T existing = read.get();
        if (existing == null || existing.getMetadata().getDeletionTimestamp() != null) {
          return new Outcome.NotYet(what + " of a predecessor is still being deleted");
        }
        if (!Child.isOwned(existing.getMetadata(), key)) {
          String owner = Child.describeOwner(existing.getMetadata());
          memory.setBack(
              service,
              new Setback.Taken(what, owner, memory.nextSetback(service), clock.instant()));
          return new Outcome.PlanAgain();
        }
        result = existing;
      }
      if (service || result instanceof Pod) {
        memory.succeeded(service);
      }
      made.accept(result);
      return DONE;
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

    /** By uid, and only if it is ours: the name alone could be somebody else's. */
    private Outcome deleteSecret(int revision) {
      String name = Names.child(key.name(), revision);
      String uid = memory.secretUid(revision);
      if (uid == null) {
        Secret secret = api.readSecret(key.namespace(), name);
        if (secret == null || !Child.isOwned(secret.getMetadata(), key)) {
          return DONE;
        }
        uid = secret.getMetadata().getUid();
      }
      String known = uid;
      // After a conflict it is looked up anew.
      memory.deletedSecret(revision);
      ignoreGone(() -> api.deleteSecret(key.namespace(), name, known));
      return DONE;
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
  }
}
