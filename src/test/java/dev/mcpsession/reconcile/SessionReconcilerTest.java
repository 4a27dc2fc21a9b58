package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures of a new session's first request count as errors. */
class SessionReconcilerTest {
  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ReplacementSlots slots = new ReplacementSlots(10, key -> {});
  private final SessionEntries entries = new SessionEntries(key -> true, slots);
  private McpSession session;

  @BeforeEach
  void readSession() throws Exception {
    session =
        new YAMLMapper()
            .readValue(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSession
                metadata:
                  {name: alice, namespace: team, uid: u1, resourceVersion: "1", generation: 1,
                   creationTimestamp: "2026-11-21T09:59:59Z"}
                spec: {user: alice, podTemplate: {spec: {containers: [{name: backend, image: b}]}}}
                """,
                McpSession.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 401, 429, 500, 503})
  void whatTheApiServerCannotDoNowIsAnErrorOfIt(int code) {
    reconcile(new KubernetesClientException("no", code, null), true);
    assertThat(errors("api")).isEqualTo(1);
    assertThat(errors("internal")).isZero();
  }

  @Test
  void anythingUnforeseenIsAFaultOfTheOperator() {
    reconcile(new IllegalStateException("a fault"), true);
    assertThat(errors("internal")).isEqualTo(1);
    assertThat(errors("api")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void whatOthersDidMeanwhileIsNoError(int code) {
    reconcile(new KubernetesClientException("changed", code, null), true);
    assertThat(errors("api") + errors("internal")).isZero();
  }

  @Test
  void aReplicaThatIsNoLeaderAnyMoreHasNoErrors() {
    reconcile(new IllegalStateException("nothing is asked"), false);
    assertThat(errors("api") + errors("internal")).isZero();
  }

  @Test
  void aPlaceIsKeptUntilTheEndOfAReplacementIsWrittenButNotForEver() {
    SessionEntry entry = entries.of(SessionKey.of(session));
    slots.settle(entry, Plan.Slot.HELD, true);
    KubernetesClientException refused = new KubernetesClientException("no", 500, null);
    for (int failures = 1; failures < 9; failures++) {
      reconcile(refused, true);
    }
    assertThat(slots.count().held()).isEqualTo(1);
    reconcile(refused, true);
    assertThat(slots.count().held()).isZero();
  }

  @Test
  void whatNeedsNoPlaceAnyMoreLeavesTheQueueAtOnce() {
    slots.settle(entries.of(SessionKey.of(session)), Plan.Slot.WANTED, false);
    reconcile(new KubernetesClientException("no", 500, null), true);
    assertThat(slots.count().waiting()).isZero();
  }

  private double errors(String kind) {
    return registry.get("mcpsession.reconcile.errors").tag("kind", kind).counter().count();
  }

  /** Reconciles while every request fails with this exception. */
  private void reconcile(RuntimeException failure, boolean leads) {
    ClusterApi api =
        (ClusterApi)
            Proxy.newProxyInstance(
                ClusterApi.class.getClassLoader(),
                new Class<?>[] {ClusterApi.class},
                (proxy, method, arguments) -> {
                  throw failure;
                });
    SessionMetrics metrics = new SessionMetrics(registry);
    Announcer announcer = new Announcer(api, metrics, clock);
    NamespaceBudgets budgets = new NamespaceBudgets(NodeView.unwatched());
    new SessionReconciler(
            new SessionObserver(new OnlySession(), NodeView.unwatched(), budgets),
            new PlanApplier(
                api, null, null, announcer, budgets, clock, () -> leads), // it has no token
            entries,
            slots,
            metrics,
            clock,
            () -> leads,
            (entry, at) -> {},
            (namespace, template) -> {},
            context -> List.of())
        .reconcile("team", "alice");
  }

  private final class OnlySession implements ClusterView {
    @Override
    public McpSession session(String namespace, String name) {
      return session;
    }

    @Override
    public @Nullable McpSessionTemplate template(String namespace, String name) {
      return null;
    }

    @Override
    public List<McpSession> withoutTemplate(String namespace) {
      return List.of();
    }

    @Override
    public List<McpSession> readers(String namespace, String secret) {
      return List.of();
    }

    @Override
    public List<Pod> pods(String namespace, String name) {
      return List.of();
    }

    @Override
    public @Nullable Service service(String namespace, String name) {
      return null;
    }

    @Override
    public SourceSecret.@Nullable Lookup tokenSources() {
      return null;
    }
  }
}
