package dev.mcpsession.plan;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedChildren;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.Remembered;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.SharedState;
import dev.mcpsession.plan.observed.SlotState;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.observed.WriterSigns;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session for which the plans of {@link SessionPlanner} are carried out, in a cluster that
 * rejects nothing and whose Pods are Ready at once.
 */
final class PlannedSession {
  private static final McpSessionSpec SPEC =
      Serialization.unmarshal(
              """
              apiVersion: mcpsession.dev/v1alpha1
              kind: McpSession
              metadata: {name: alice}
              spec:
                user: alice
                idleTimeoutSeconds: 0
                drainSeconds: 0
                token:
                  oauth2ClientCredentials:
                    {tokenEndpoint: https://git.example/token, clientSecretName: client}
                podTemplate: {spec: {containers: [{name: backend, image: a:1}]}}
              """,
              McpSession.class)
          .getSpec();
  private static final SourceState SOURCE = new SourceState.OnDemand("client-1", null);
  private static final String TEMPLATE = Inputs.of(SPEC, null, SOURCE.input()).template();

  private final SessionKey key;
  private final Instant created;
  private final Map<Integer, ObservedPod> pods = new TreeMap<>();
  private @Nullable McpSessionStatus status;
  private @Nullable ObservedService service;
  private TokenCall call = new TokenCall.None();
  private @Nullable String callInputs;
  private int calls;

  PlannedSession(UUID uid, Instant created) {
    this.key = new SessionKey("team", "alice", uid.toString());
    this.created = created;
  }

  /** The renewal time that the planner computes for such a token. */
  Instant renewalOf(TokenInfo token) {
    return Objects.requireNonNull(
        RenewalPolicy.renewalTime(
            token, Objects.requireNonNull(SPEC.token()).renewBefore(), key.uid()));
  }

  /** Carries out plans until nothing is left to do; returns the next wake-up, null without one. */
  @Nullable Instant reconcile(Instant now) {
    for (int i = 0; i < 20; i++) {
      Plan plan = SessionPlanner.plan(observation(), now);
      if (plan.actions().isEmpty()) {
        return plan.wakeAt();
      }
      plan.actions().forEach(action -> carryOut(action, plan, now));
    }
    throw new AssertionError("There is no end to what is planned for " + status);
  }

  private void carryOut(Action action, Plan plan, Instant now) {
    switch (action) {
      case Action.WriteStatus() -> status = plan.status();
      case Action.ObtainToken(Integer stored, String inputs) -> {
        calls++;
        call = new TokenCall.InFlight(now);
        callInputs = inputs;
      }
      case Action.ForgetToken() -> {
        calls++;
        call = new TokenCall.None();
      }
      case Action.CreateService(int revision, boolean byUid, int port) ->
          service = new ObservedService("service", "1", false, revision, byUid, port, null);
      case Action.PointService(String version, int revision, boolean byUid, int port) ->
          service = new ObservedService("service", "1", false, revision, byUid, port, null);
      case Action.CreatePod(int revision) -> pods.put(revision, readyPod(revision, now));
      case Action.DeletePod(String name, String uid) ->
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
        false,
        false,
        true,
        now,
        now,
        null,
        "10.0.0.7",
        8080,
        TEMPLATE,
        null,
        ((TokenCall.Issued) call).token(),
        false,
        null,
        "",
        "",
        null,
        null,
        null);
  }

  private Observation observation() {
    return new Observation(
        new ObservedSession(key, "1", 1, created, null, false, SPEC, status, null, null),
        new ObservedChildren(pods.values().stream().toList(), service),
        SOURCE,
        new Remembered(
            call,
            call instanceof TokenCall.InFlight ? null : callInputs,
            new RevocationCall.None(),
            new ApiRejection.None(),
            new ApiRejection.None(),
            List.of(),
            WriterSigns.NONE,
            null),
        new SharedState(SlotState.FREE, true));
  }

  /** Number of the call in flight; 0 without one. */
  int callUnderWay() {
    return call instanceof TokenCall.InFlight ? calls : 0;
  }

  /** Takes the result of the newest call, and ignores that of an earlier one. */
  void answer(int number, TokenCall result) {
    if (number == callUnderWay()) {
      call = result;
    }
  }

  /** Null if nothing serves. */
  @Nullable TokenInfo servingToken() {
    return status == null || status.podName() == null || status.revision() == null
        ? null
        : Objects.requireNonNull(pods.get(status.revision())).token();
  }
}
