package dev.mcpsession.reconcile;

import static java.util.Objects.requireNonNull;

import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionEvent;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.reconcile.token.Revocations;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.ChildRequests;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.reconcile.write.PodWriter;
import dev.mcpsession.reconcile.write.SecretWriter;
import dev.mcpsession.reconcile.write.ServiceWriter;
import dev.mcpsession.reconcile.write.SessionWriter;
import dev.mcpsession.reconcile.write.StepOutcome;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Knows for each step of a plan what carries it out: a writer, a token call, an announcement. */
final class StepExecutor {
  private final ClusterApi api;
  private final TokenCalls tokens;
  private final Revocations revocations;
  private final Announcer announcer;
  private final NamespaceBudgets budgets;
  private final InstantSource clock;

  StepExecutor(
      ClusterApi api,
      TokenCalls tokens,
      Revocations revocations,
      Announcer announcer,
      NamespaceBudgets budgets,
      InstantSource clock) {
    this.api = api;
    this.tokens = tokens;
    this.revocations = revocations;
    this.announcer = announcer;
    this.budgets = budgets;
    this.clock = clock;
  }

  /**
   * Carries out nothing yet.
   *
   * @param session that the plan was made for, as it was observed
   * @param seen what the plan was made from
   */
  Execution begin(Plan plan, McpSession session, Observation seen, SessionEntry entry) {
    return new Execution(plan, session, seen, entry);
  }

  /** The steps of one plan. */
  final class Execution {
    private final Plan plan;
    private final SessionKey key;
    private final McpSessionSpec spec;
    private final SessionEntry entry;
    private final TokenCallState tokenCall;
    private final SessionWriter session;
    private final ChildRequests requests;
    private final ServiceWriter service;
    private final SecretWriter secrets;
    private final PodWriter pods;

    private Execution(Plan plan, McpSession session, Observation seen, SessionEntry entry) {
      this.plan = plan;
      this.key = seen.session().key();
      this.spec = seen.session().spec();
      this.entry = entry;
      this.tokenCall = entry.tokenCall();
      this.session = new SessionWriter(api, session, seen, entry);
      this.requests = new ChildRequests(key, entry, clock);
      this.service = new ServiceWriter(api, requests, seen, entry, clock);
      this.secrets = new SecretWriter(api, requests, key, entry, clock);
      this.pods = new PodWriter(api, requests, seen, entry, clock);
    }

    /** The session after the steps so far. */
    McpSession session() {
      return session.session();
    }

    /**
     * Carries out one step.
     *
     * @throws KubernetesClientException of a request that failed in a way that means nothing of its
     *     own to this step
     */
    StepOutcome execute(Action action) {
      return switch (action) {
        case Action.CreateService(int revision, boolean byUid, int port) ->
            service.create(revision, byUid, port);
        case Action.PointService(String version, int revision, boolean byUid, int port) ->
            service.point(version, revision, byUid, port);
        case Action.DeleteService(String uid) -> service.delete(uid);
        case Action.ObtainToken(Integer stored, String inputs) -> obtainToken(stored, inputs);
        case Action.ForgetToken() -> {
          tokenCall.forget();
          yield StepOutcome.DONE;
        }
        case Action.ForgetRejection() -> {
          entry.childRejections().forget();
          yield StepOutcome.DONE;
        }
        case Action.WriteStatus() -> session.writeStatus(requireNonNull(plan.status()));
        case Action.GuardNamespace() -> guardNamespace();
        case Action.TryCreation(int revision) -> tryCreation(revision);
        case Action.CreateSecret(int revision) -> session.ifNamed(() -> secrets.create(revision));
        case Action.CreatePod(int revision) -> session.ifNamed(() -> pods.create(revision));
        case Action.DeleteSecret(int revision) -> secrets.delete(revision);
        case Action.DeletePod(String name, String uid, Integer grace) ->
            pods.delete(name, uid, grace);
        case Action.RestoreLabels(String name, String uid, int revision) ->
            pods.restoreLabels(name, uid, revision);
        case Action.FindPod(String name, String uid) -> pods.find(name, uid);
        case Action.ConfirmSession() -> session.confirm();
        case Action.ConfirmPodGone(String name) -> pods.confirmGone(name);
        case Action.Evict(String uid, String resourceVersion, var reason) ->
            reason == EvictionReason.GrantRejected
                ? ifStillRejected(() -> session.delete(uid, resourceVersion, plan.status()))
                : session.delete(uid, resourceVersion, plan.status());
        case Action.AddFinalizer(String version) -> session.writeFinalizer(version, true);
        case Action.RemoveFinalizer(String version) -> session.writeFinalizer(version, false);
        case Action.RevokeTokens() -> {
          revocations.begin(session(), spec.token(), entry);
          yield StepOutcome.DONE;
        }
        case Action.Announce(var event) -> announce(event);
      };
    }

    private StepOutcome obtainToken(@Nullable Integer stored, String inputs) {
      TokenSpec source = spec.token();
      if (source == null || tokenCall.call(TokenCalls.hash(source)) instanceof TokenCall.InFlight) {
        return StepOutcome.DONE;
      }
      TokenInfo found = stored == null ? null : secrets.findToken(stored);
      if (found != null) {
        tokenCall.recovered(found, TokenCalls.hash(source));
        return new StepOutcome.PlanAgain();
      }
      tokens.begin(key, source, inputs, tokenCall);
      return StepOutcome.DONE;
    }

    private StepOutcome tryCreation(int revision) {
      StepOutcome secret = secrets.tryCreation(revision);
      return secret == StepOutcome.DONE ? pods.tryCreation(revision) : secret;
    }

    private StepOutcome guardNamespace() {
      Instant believed = budgets.make(api, key.namespace(), clock);
      if (believed != null) {
        entry.writes().guarded(believed);
      }
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
      tokenCall.forget();
      return new StepOutcome.Stale();
    }

    private StepOutcome announce(SessionEvent event) {
      Announcer.Result result = announcer.announce(session(), event, entry.warnings());
      if (result == Announcer.Result.NAMESPACE_ENDS) {
        return requests.namespaceEnds();
      }
      if (event instanceof SessionEvent.WriteFailed failed && result == Announcer.Result.WRITTEN) {
        entry.writeFailures().announced(failed.kind(), clock.instant());
      }
      return StepOutcome.DONE;
    }
  }
}
