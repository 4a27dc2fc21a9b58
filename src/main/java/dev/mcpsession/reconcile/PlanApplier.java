package dev.mcpsession.reconcile;

import static dev.mcpsession.kube.ApiErrors.isConflict;
import static dev.mcpsession.kube.ApiErrors.isGone;

import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionEvent;
import dev.mcpsession.plan.WriteReport;
import dev.mcpsession.plan.WriteTarget;
import dev.mcpsession.plan.observed.FailingWrite;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.reconcile.token.Revocations;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.Children;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.reconcile.write.StepOutcome;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Executes plans step by step. The first step that does not succeed ends the plan. Sessions and
 * their children are written by plans only.
 */
public final class PlanApplier {
  private final ClusterApi api;
  private final TokenCalls tokens;
  private final Revocations revocations;
  private final Announcer announcer;
  private final NamespaceBudgets budgets;
  private final InstantSource clock;
  private final WriteGate gate;

  public PlanApplier(
      ClusterApi api,
      TokenCalls tokens,
      Revocations revocations,
      Announcer announcer,
      NamespaceBudgets budgets,
      InstantSource clock,
      WriteGate gate) {
    this.api = api;
    this.tokens = tokens;
    this.revocations = revocations;
    this.announcer = announcer;
    this.budgets = budgets;
    this.clock = clock;
    this.gate = gate;
  }

  /**
   * Carries out a plan.
   *
   * @param session that the plan was made for, as it was observed
   * @param seen what the plan was made from
   */
  StepOutcome apply(Plan plan, McpSession session, Observation seen, SessionEntry entry) {
    Application application = new Application(plan, session, seen, entry);
    for (Action action : plan.actions()) {
      StepOutcome outcome = application.step(action);
      if (outcome instanceof StepOutcome.Unavailable failure) {
        application.report(action, failure);
      }
      if (outcome != StepOutcome.DONE) {
        return outcome;
      }
    }
    entry.writeFailures().none();
    return application.endedReport ? new StepOutcome.PlanAgain() : StepOutcome.DONE;
  }

  /** One plan being carried out. */
  private final class Application {
    private final Plan plan;
    private final Observation seen;
    private final SessionKey key;
    private final McpSessionSpec spec;
    private final SessionEntry entry;
    private final OwnWrites writes;
    private final Children children;
    private McpSession session;
    private boolean statusWritten;
    private Instant sentAt = Instant.EPOCH;

    /** A request succeeded of which status still says that it keeps failing. */
    private boolean endedReport;

    Application(Plan plan, McpSession session, Observation seen, SessionEntry entry) {
      this.plan = plan;
      this.session = session;
      this.seen = seen;
      this.key = seen.session().key();
      this.spec = seen.session().spec();
      this.entry = entry;
      this.writes = entry.writes();
      this.children = new Children(api, seen, entry, clock);
    }

    /** Never throws what the API server answered. */
    StepOutcome step(Action action) {
      if (!gate.isOpen()) {
        return new StepOutcome.NotYet("this process does not lead");
      }
      if (seen.session().deletedAt() == null && entry.isNamespaceEnding(clock.instant())) {
        return new StepOutcome.Gone();
      }
      sentAt = clock.instant();
      WriteTarget target = WriteTarget.of(action, key.name());
      try {
        StepOutcome outcome = carryOut(action);
        if (outcome == StepOutcome.DONE && target != null) {
          FailingWrite ended = entry.writeFailures().succeeded(target.kind());
          endedReport |= ended != null && ended.isLasting();
        }
        return outcome;
      } catch (KubernetesClientException e) {
        return StepOutcome.of(e, describe(action, target));
      }
    }

    private static String describe(Action action, @Nullable WriteTarget target) {
      return target == null ? action.getClass().getSimpleName() : target.words();
    }

    /** Notes that a step failed, and tells users if it keeps failing. */
    void report(Action action, StepOutcome.Unavailable failure) {
      WriteTarget target = WriteTarget.of(action, key.name());
      if (target == null) {
        return;
      }
      FailingWrite failing =
          entry
              .writeFailures()
              .failed(
                  target.kind(),
                  target.name(),
                  failure.words(),
                  sentAt,
                  clock.instant(),
                  failure.answered());
      Plan report =
          WriteReport.plan(seen.with(session.getStatus()), plan, failing, clock.instant());
      Application application = new Application(report, session, seen, entry);
      for (Action step : report.actions()) {
        if (application.step(step) != StepOutcome.DONE) {
          return;
        }
      }
    }

    private StepOutcome carryOut(Action action) {
      return switch (action) {
        case Action.CreateService(int revision, boolean byUid, int port) ->
            children.createService(revision, byUid, port);
        case Action.PointService(String version, int revision, boolean byUid, int port) ->
            children.pointService(version, revision, byUid, port);
        case Action.DeleteService(String uid) -> children.deleteService(uid);
        case Action.ObtainToken(Integer stored, String inputs) -> obtainToken(stored, inputs);
        case Action.ForgetToken() -> {
          entry.tokenCall().forget();
          yield StepOutcome.DONE;
        }
        case Action.ForgetRejection() -> {
          entry.childRejections().forget();
          yield StepOutcome.DONE;
        }
        case Action.WriteStatus() -> writeStatus();
        case Action.GuardNamespace() -> guardNamespace();
        case Action.TryCreation(int revision) -> children.tryCreation(revision);
        case Action.CreateSecret(int revision) -> ifNamed(() -> children.createSecret(revision));
        case Action.CreatePod(int revision) -> ifNamed(() -> createPod(revision));
        case Action.DeleteSecret(int revision) -> children.deleteSecret(revision);
        case Action.DeletePod(String name, String uid) -> children.deletePod(name, uid);
        case Action.RestoreLabels(String name, String uid, int revision) ->
            children.restoreLabels(name, uid, revision);
        case Action.FindPod(String name, String uid) -> children.findPod(name, uid);
        case Action.ConfirmSession() -> confirmSession();
        case Action.ConfirmPodGone(String name) -> children.confirmPodGone(name);
        case Action.Evict(String uid, String resourceVersion, var reason) ->
            reason == EvictionReason.GrantRejected
                ? ifStillRejected(() -> evict(uid, resourceVersion))
                : evict(uid, resourceVersion);
        case Action.AddFinalizer(String version) -> writeFinalizer(version, true);
        case Action.RemoveFinalizer(String version) -> writeFinalizer(version, false);
        case Action.RevokeTokens() -> {
          revocations.begin(session, entry);
          yield StepOutcome.DONE;
        }
        case Action.Announce(var event) -> {
          if (!announcer.announce(session, event, entry.warnings())) {
            yield children.namespaceEnds();
          }
          if (event instanceof SessionEvent.WriteFailed failed) {
            entry.writeFailures().announced(failed.kind(), clock.instant());
          }
          yield StepOutcome.DONE;
        }
      };
    }

    private StepOutcome evict(String uid, String resourceVersion) {
      api.deleteSession(key.namespace(), key.name(), uid, resourceVersion);
      return StepOutcome.DONE;
    }

    /** A login may have replaced the rejected grant, and the cache may not show it yet. */
    private StepOutcome ifStillRejected(Supplier<StepOutcome> evict) {
      TokenSpec source = spec.token();
      try {
        if (source == null || tokens.isStillRejected(key, source)) {
          return evict.get();
        }
      } catch (TokenFailure e) {
        return new StepOutcome.Unavailable("reading the grant", e.getMessage(), 0);
      }
      entry.tokenCall().forget();
      return new StepOutcome.Stale();
    }

    private StepOutcome writeFinalizer(String resourceVersion, boolean present) {
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

    private StepOutcome writeStatus() {
      McpSession desired = new McpSession();
      desired.setMetadata(session.getMetadata());
      desired.setSpec(spec);
      desired.setStatus(plan.status());
      writes.statusInDoubt(true);
      try {
        session = api.replaceStatus(desired);
      } catch (KubernetesClientException e) {
        writes.statusInDoubt(!isConflict(e) && !isGone(e));
        throw e;
      }
      writes.statusInDoubt(false);
      writes.wrote(session, desired.getMetadata().getResourceVersion());
      statusWritten = true;
      return StepOutcome.DONE;
    }

    /**
     * A status write whose response was lost may have been stored although no cache shows it, and
     * may have dropped the number that this child would be created for.
     */
    private StepOutcome ifNamed(Supplier<StepOutcome> create) {
      if (writes.isStatusInDoubt()) {
        StepOutcome confirmed = confirmSession();
        if (confirmed != StepOutcome.DONE) {
          return confirmed;
        }
        writes.statusInDoubt(false);
      }
      return create.get();
    }

    private StepOutcome confirmSession() {
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

    private StepOutcome guardNamespace() {
      Instant believed = budgets.make(api, key.namespace(), clock.instant());
      if (believed != null) {
        writes.guarded(believed);
      }
      return StepOutcome.DONE;
    }

    private StepOutcome createPod(int revision) {
      StepOutcome outcome = children.createPod(revision);
      if (outcome == StepOutcome.DONE) {
        entry.tokenCall().used();
      }
      return outcome;
    }

    private StepOutcome obtainToken(@Nullable Integer stored, String inputs) {
      TokenSpec source = spec.token();
      TokenCallState call = entry.tokenCall();
      if (source == null || call.call(TokenCalls.hash(source)) instanceof TokenCall.InFlight) {
        return StepOutcome.DONE;
      }
      TokenInfo found = stored == null ? null : children.findToken(stored);
      if (found != null) {
        call.recovered(found, TokenCalls.hash(source));
        return new StepOutcome.PlanAgain();
      }
      tokens.begin(key, source, inputs, call);
      return StepOutcome.DONE;
    }
  }
}
