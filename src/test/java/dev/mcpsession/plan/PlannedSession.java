package dev.mcpsession.plan;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedChildren;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.plan.observed.Remembered;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.SharedState;
import dev.mcpsession.plan.observed.SlotState;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.observed.WriterSigns;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session with a token for which the plans of {@link SessionPlanner} are carried out, in a
 * cluster that rejects nothing and whose Pods are Ready at once.
 */
public final class PlannedSession {
  private final SessionKey key;
  private final Instant created;
  private final McpSessionSpec spec;
  private final Supplier<SourceState> source;
  private final Map<Integer, ObservedPod> pods = new TreeMap<>();
  private @Nullable McpSessionStatus status;
  private @Nullable ObservedService service;
  private final AtomicBoolean gone = new AtomicBoolean();
  private final TokenCallState call = new TokenCallState(gone::get);

  /**
   * @param token spec.token in YAML
   * @param source what the caches show of it
   */
  public PlannedSession(String uid, Instant created, String token, Supplier<SourceState> source) {
    this.key = new SessionKey("team", "alice", uid);
    this.created = created;
    this.source = source;
    this.spec =
        Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSession
                metadata: {name: alice}
                spec:
                  user: alice
                  idleTimeoutSeconds: 0
                  drainSeconds: 0
                  token: %s
                  podTemplate: {spec: {containers: [{name: backend, image: a:1}]}}
                """
                    .formatted(token),
                McpSession.class)
            .getSpec();
  }

  public SessionKey key() {
    return key;
  }

  public @Nullable TokenSpec token() {
    return spec.token();
  }

  /** Null before the first plan. */
  public @Nullable McpSessionStatus status() {
    return status;
  }

  public TokenCallState call() {
    return call;
  }

  /** The user deletes it; it is not reconciled any more. */
  public void delete() {
    gone.set(true);
  }

  /** The renewal time that the planner computes for such a token. */
  Instant renewalOf(TokenInfo token) {
    return Objects.requireNonNull(
        RenewalPolicy.renewalTime(
            token, Objects.requireNonNull(spec.token()).renewBefore(), key.uid()));
  }

  /**
   * Carries out plans until nothing is left to do.
   *
   * @return the next wake-up; null without one
   */
  public @Nullable Instant reconcile(Instant now, TokenCalls tokens) {
    for (int i = 0; i < 20; i++) {
      Plan plan = SessionPlanner.plan(observation(), now);
      if (plan.actions().isEmpty()) {
        return plan.wakeAt();
      }
      plan.actions().forEach(action -> carryOut(action, plan, now, tokens));
    }
    throw new AssertionError("There is no end to what is planned for " + status);
  }

  private void carryOut(Action action, Plan plan, Instant now, TokenCalls tokens) {
    switch (action) {
      case Action.WriteStatus() -> status = plan.status();
      case Action.ObtainToken(Integer stored, String inputs) ->
          tokens.begin(key, Objects.requireNonNull(spec.token()), inputs, call);
      case Action.ForgetToken() -> call.forget();
      case Action.CreateService(int revision, boolean byUid, int port) ->
          service = new ObservedService("service", "1", false, revision, byUid, true, port, null);
      case Action.PointService(String version, int revision, boolean byUid, int port) ->
          service = new ObservedService("service", "1", false, revision, byUid, true, port, null);
      case Action.CreatePod(int revision) -> {
        pods.put(revision, readyPod(revision, now));
        call.used();
      }
      case Action.DeletePod(String name, String uid, Integer grace) ->
          pods.values().removeIf(pod -> pod.uid().equals(uid));
      case Action.Evict evict -> throw new AssertionError("Nobody wanted " + evict);
      case Action.DeleteService unwanted -> throw new AssertionError("Nobody wanted " + unwanted);
      case Action.AddFinalizer unwanted -> throw new AssertionError("Nobody wanted " + unwanted);
      case Action.RemoveFinalizer unwanted -> throw new AssertionError("Nobody wanted " + unwanted);
      case Action.RevokeTokens unwanted -> throw new AssertionError("Nobody wanted " + unwanted);
      case Action.GuardNamespace unwanted -> throw new AssertionError("Nobody wanted " + unwanted);
      case Action.CreateSecret secret -> {}
      case Action.DeleteSecret secret -> {}
      case Action.ForgetRejection nothing -> {}
      case Action.ConfirmSession fine -> {}
      case Action.ConfirmPodGone fine -> {}
      case Action.RestoreLabels unwanted -> throw new AssertionError("Nobody wanted " + unwanted);
      case Action.FindPod nothing -> {}
      case Action.TryCreation fine -> {}
      case Action.Announce words -> {}
    }
  }

  private ObservedPod readyPod(int revision, Instant now) {
    return new ObservedPod(
        "alice-" + revision,
        "pod-" + revision,
        revision,
        true,
        true,
        true,
        false,
        false,
        true,
        now,
        now,
        null,
        "10.0.0.7",
        8080,
        Inputs.of(spec, null, source.get().input()).template(),
        null,
        Objects.requireNonNull(call.info()),
        false,
        null,
        "",
        "",
        null,
        null,
        null,
        null,
        null);
  }

  private Observation observation() {
    return new Observation(
        new ObservedSession(
            key,
            "1",
            1,
            created,
            null,
            false,
            spec,
            new ObservedTemplate.NotUsed(),
            status,
            null,
            null,
            null),
        new ObservedChildren(pods.values().stream().toList(), service),
        source.get(),
        new Remembered(
            spec.token() == null ? new TokenCall.None() : call.call(TokenCalls.hash(spec.token())),
            call.inputs(),
            call.fruitless(),
            new RevocationCall.None(),
            new ApiRejection.None(),
            new ApiRejection.None(),
            List.of(),
            List.of(),
            List.of(),
            WriterSigns.NONE,
            null),
        new SharedState(SlotState.FREE, true));
  }

  /** Null if nothing serves. */
  public @Nullable TokenInfo servingToken() {
    return status == null || status.podName() == null || status.revision() == null
        ? null
        : Objects.requireNonNull(pods.get(status.revision())).token();
  }
}
