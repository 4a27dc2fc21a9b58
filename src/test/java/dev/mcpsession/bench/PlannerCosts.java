package dev.mcpsession.bench;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionPlanner;
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
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The pure part of a reconcile, for JMH. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlannerCosts {
  private static final Instant CREATED = Instant.parse("2026-11-21T09:00:00Z");
  private static final Instant NOW = CREATED.plusSeconds(60);

  private final McpSessionSpec spec =
      Serialization.unmarshal(
              """
              apiVersion: mcpsession.dev/v1alpha1
              kind: McpSession
              metadata: {name: alice}
              spec:
                user: alice
                token: {serviceAccount: {name: default, audience: https://git.example}}
                podTemplate:
                  metadata: {labels: {team: tools}}
                  spec:
                    containers:
                    - name: backend
                      image: registry.example/forgejo-mcp:1.4
                      env: [{name: LOG_LEVEL, value: info}]
                      resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {memory: 128Mi}}
              """,
              McpSession.class)
          .getSpec();

  private final TokenInfo token = new TokenInfo(CREATED, CREATED.plusSeconds(3600), null);
  private final Observation unseen = observation(null, List.of(), null);
  private final Observation serving = serving();

  /** Runs a start until nothing is left to do. */
  private Observation serving() {
    McpSessionStatus begun = SessionPlanner.plan(unseen, CREATED).status();
    ObservedPod pod =
        new ObservedPod(
            "alice-1",
            "pod-uid",
            1,
            true,
            true,
            true,
            false,
            false,
            true,
            CREATED,
            CREATED,
            null,
            "10.0.0.7",
            8080,
            Inputs.of(spec, null, null).template(),
            null,
            token,
            false,
            null,
            "",
            "",
            null,
            null,
            null,
            null,
            null);
    ObservedService service =
        new ObservedService("service-uid", "1", false, 1, true, true, 8080, null);
    McpSessionStatus served =
        SessionPlanner.plan(observation(begun, List.of(pod), service), CREATED).status();
    Observation idle = observation(served, List.of(pod), service);
    Plan plan = SessionPlanner.plan(idle, NOW);
    if (!plan.actions().isEmpty() || plan.wakeAt() == null) {
      throw new IllegalStateException("A session that serves wants " + plan.actions());
    }
    return idle;
  }

  private Observation observation(
      McpSessionStatus status, List<ObservedPod> pods, ObservedService service) {
    return new Observation(
        new ObservedSession(
            new SessionKey("team", "alice", "7f3d3bb2-5d6f-4b60-9a3c-0d5cf6b7a001"),
            "1",
            1,
            CREATED,
            null,
            false,
            spec,
            new ObservedTemplate.NotUsed(),
            status,
            "2026-11-21T09:00:30Z",
            null,
            null),
        new ObservedChildren(pods, service),
        new SourceState.Unwatched(),
        new Remembered(
            new TokenCall.None(),
            null,
            0,
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

  /** A plan for a serving session with nothing to do. */
  @Benchmark
  public Plan servingSession() {
    return SessionPlanner.plan(serving, NOW);
  }

  /** The first plan of a new session. */
  @Benchmark
  public Plan newSession() {
    return SessionPlanner.plan(unseen, CREATED);
  }

  /** Part of each plan. */
  @Benchmark
  public String inputsHash() {
    return Inputs.of(spec, null, null).hash();
  }
}
